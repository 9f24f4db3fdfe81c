import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** What the CLI hands to a program before it starts. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** Configuration by namespaced key (`project:key`), values as the CLI passes them: text, or JSON text. */
  readonly config: Readonly<Record<string, string>>;
}

export interface StackSettingsOptions {
  /** Directory of Pulumi.yaml. */
  readonly root: string;
  readonly stack: string;
  /** Values that win over the stack file's, by un-prefixed key; undefined takes the stack's value away. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** The CLI would refuse these settings before the program starts; one line for each reason. */
export class StackSettingsError extends Error {
  override readonly name = 'StackSettingsError';
}

const declaration = z.strictObject({
  type: z.enum(['string', 'integer', 'boolean', 'array']).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  value: z.unknown().optional(),
  secret: z.boolean().optional(),
  items: z.looseObject({}).optional(),
});
type Declaration = z.infer<typeof declaration>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const projectFile = z.looseObject({
  name: z.string(),
  config: z.record(z.string(), z.union([scalar, declaration])).default({}),
});
const stackFile = z
  .looseObject({ config: z.record(z.string(), z.unknown()).nullish() })
  .nullish()
  .transform((file) => file?.config ?? {});

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml as the CLI does: keys get the project's namespace, absent ones
 * their default, values are checked against the declared types.
 *
 * @throws StackSettingsError naming every key that is missing or has a value of another type.
 */
export function readStackSettings(options: StackSettingsOptions): StackSettings {
  const project = projectFile.parse(readYaml(options.root, 'Pulumi.yaml'));
  const stackValues = stackFile.parse(readYaml(options.root, `Pulumi.${options.stack}.yaml`));
  const namespaced = (key: string) => (key.includes(':') ? key : `${project.name}:${key}`);
  const values = new Map<string, unknown>();
  const assign = (key: string, value: unknown) => {
    if (value === undefined) values.delete(namespaced(key));
    else values.set(namespaced(key), value);
  };
  for (const [key, value] of Object.entries(stackValues)) assign(key, value);
  for (const [key, value] of Object.entries(options.overrides ?? {})) assign(key, value);

  const problems: string[] = [];
  for (const [key, declared] of Object.entries(project.config)) {
    const { type, ...rest } = asDeclaration(declared);
    const fallback = rest.value ?? rest.default;
    if (!values.has(namespaced(key)) && fallback !== undefined) values.set(namespaced(key), fallback);
    const value = values.get(namespaced(key));
    if (value === undefined) {
      problems.push(`Stack '${options.stack}' is missing configuration value '${namespaced(key)}'`);
    } else if (type !== undefined && !hasType(value, type)) {
      problems.push(
        `Stack '${options.stack}' with configuration key '${namespaced(key)}' must be of type '${type}'`,
      );
    }
  }
  for (const [key, value] of values) {
    if (isEncrypted(value)) problems.push(`Configuration value '${key}' is encrypted: override it`);
  }
  if (problems.length > 0) throw new StackSettingsError(problems.join('\n'));

  const config = Object.fromEntries([...values].map(([key, value]) => [key, asText(value)]));
  return { project: project.name, stack: options.stack, config };
}

function readYaml(root: string, file: string): unknown {
  return parse(readFileSync(join(root, file), 'utf8'));
}

function asDeclaration(declared: Declaration | string | number | boolean): Declaration {
  return typeof declared === 'object' ? declared : { value: declared };
}

function hasType(value: unknown, type: NonNullable<Declaration['type']>): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'boolean':
      return value === true || value === false || value === 'true' || value === 'false';
    case 'integer':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
    case 'string':
      return scalar.safeParse(value).success;
  }
}

function isEncrypted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'secure' in value;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
