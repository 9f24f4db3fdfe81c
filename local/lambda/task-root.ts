import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** The code of a function is not an archive of text or file assets. */
export class UnsupportedCodeError extends Error {
  override readonly name = 'UnsupportedCodeError';
}

/** Pulumi keeps the members of its assets as values or as promises of them. */
const archive = z.object({ assets: z.unknown().nonoptional() });
const assets = z.record(z.string(), z.unknown());
const stringAsset = z.object({ text: z.unknown().nonoptional() });
const fileAsset = z.object({ path: z.unknown().nonoptional() });

/**
 * Unpacks a function's code, a `pulumi.asset.AssetArchive` of string and file assets, into a temporary folder,
 * and returns the folder. Throws `UnsupportedCodeError` for any other code.
 */
export async function unpackTaskRoot(functionName: string, code: unknown): Promise<string> {
  const parsed = archive.safeParse(code);
  if (!parsed.success) throw new UnsupportedCodeError(`The code of ${functionName} is not an AssetArchive`);
  const files = assets.parse(await parsed.data.assets);
  const root = await mkdtemp(path.join(tmpdir(), 'lambda-'));
  for (const [name, asset] of Object.entries(files)) {
    const target = path.join(root, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await contentOf(functionName, name, asset));
  }
  return root;
}

export async function removeTaskRoot(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

async function contentOf(functionName: string, name: string, asset: unknown): Promise<string | Buffer> {
  const text = stringAsset.safeParse(asset);
  if (text.success) return z.string().parse(await text.data.text);
  const file = fileAsset.safeParse(asset);
  if (file.success) return readFile(z.string().parse(await file.data.path));
  throw new UnsupportedCodeError(
    `${name} in the code of ${functionName} is neither a StringAsset nor a FileAsset`,
  );
}
