/**
 * Writes enums.generated.ts: which members of DataZone's structures are enumerations. The SDK's schemas do
 * not say it, its type declarations do. Run after a change of the SDK's version:
 * `node --require ts-node/register/transpile-only local/datazone/generate-enums.ts`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as datazone from '@aws-sdk/client-datazone';

export const enumsFile = join(__dirname, 'enums.generated.ts');

/** The text of enums.generated.ts for the installed SDK. */
export function enumsSource(): string {
  const models = join(dirname(require.resolve('@aws-sdk/client-datazone')), '..', 'dist-types', 'models');
  const lines: string[] = [];
  for (const file of readdirSync(models).sort()) {
    if (/^models_\d+\.d\.ts$/.test(file)) lines.push(...enumLines(readFileSync(join(models, file), 'utf8')));
  }
  return [
    '/** Made by generate-enums.ts from the type declarations of the SDK: structure member to enumeration. */',
    'export const enumOfMember: Readonly<Record<string, string>> = {',
    ...lines.sort(),
    '};',
    '',
  ].join('\n');
}

function enumLines(declarations: string): string[] {
  const lines: string[] = [];
  for (const [, structure, body] of declarations.matchAll(
    /^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm,
  )) {
    for (const [, member, type] of (body ?? '').matchAll(/^ {4}(\w+)\??: \(?(\w+)/gm)) {
      if (type && isEnum(type)) lines.push(`  '${structure}.${member}': '${type}',`);
    }
  }
  return lines;
}

function isEnum(name: string): boolean {
  const value: unknown = Reflect.get(datazone, name);
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((v) => typeof v === 'string')
  );
}

if (require.main === module) writeFileSync(enumsFile, enumsSource());
