import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Lambda's Node.js runtimes, and the language that esbuild may write for each. */
const targets = {
  'nodejs20.x': 'node20',
  'nodejs22.x': 'node22',
  'nodejs24.x': 'node24',
} as const;
export type NodeRuntime = keyof typeof targets;

/**
 * Sources of credentials that the SDK asks only where the environment has none: in Lambda it always has, and
 * they would be an eighth of the code.
 */
const credentialSources = ['ini', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Files of a function's code, by name. */
export type Bundle = Readonly<Record<'index.mjs' | 'index.mjs.map', string>>;

export interface BundleOptions {
  /** File that exports the handler, relative to `root`. */
  readonly entry: string;
  readonly runtime: NodeRuntime;
  /** Directory of package.json. @default this project */
  readonly root?: string;
}

const defaultRoot = resolve(__dirname, '..');
const bundles = new Map<string, Promise<Bundle>>();
const open = new Map<string, Build>();

/** What is bundled at once: from one root, for one runtime. */
interface Build {
  readonly entries: string[];
  /** In the order of `entries`. */
  readonly made: Promise<readonly Bundle[]>;
}

/**
 * Bundles a handler in memory, once in a process: one ESM file, minified and tree-shaken, and its source map. Equal sources give
 * equal bytes wherever the checkout lies, so that an unchanged handler is no change of the deployment.
 *
 * Handlers that are asked for in one turn of the event loop are bundled at once: esbuild then reads what they share,
 * the AWS SDK above all, a single time. If one of them cannot be bundled, all of them fail.
 *
 * @throws esbuild's BuildFailure, whose message names file, line and column.
 */
export function bundle({ entry, runtime, root = defaultRoot }: BundleOptions): Promise<Bundle> {
  const key = JSON.stringify([root, entry, runtime]);
  const made = bundles.get(key) ?? bundleWithOthers(entry, runtime, root);
  bundles.set(key, made);
  return made;
}

async function bundleWithOthers(entry: string, runtime: NodeRuntime, root: string): Promise<Bundle> {
  const key = JSON.stringify([root, runtime]);
  const { entries, made } = open.get(key) ?? opened(key, runtime, root);
  const position = entries.push(entry) - 1;
  return (await made)[position] as Bundle;
}

function opened(key: string, runtime: NodeRuntime, root: string): Build {
  const entries: string[] = [];
  const made = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    open.delete(key);
    return bundleAll(entries, runtime, root);
  });
  open.set(key, { entries, made });
  return { entries, made };
}

async function bundleAll(entries: readonly string[], runtime: NodeRuntime, root: string): Promise<Bundle[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    // A folder for each, since all of them are called index.mjs.
    entryPoints: entries.map((entry, position) => ({ in: entry, out: `${position}/index` })),
    outdir: '.',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: targets[runtime],
    format: 'esm',
    // Packages' ESM sources; their CommonJS ones cannot be tree-shaken and nearly double the size.
    mainFields: ['module', 'main'],
    external: credentialSources,
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    // A linked node_modules is as good as a copied one: its target must not show in the output.
    preserveSymlinks: true,
    // CommonJS packages ask for Node.js modules by require, which ESM lacks.
    banner: {
      js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
    },
    logLevel: 'silent',
  });
  const contentOf = (file: string) => outputFiles.find(({ path }) => path === join(root, file))?.text ?? '';
  return entries.map((_, position) => ({
    'index.mjs': contentOf(`${position}/index.mjs`),
    'index.mjs.map': withProjectPaths(contentOf(`${position}/index.mjs.map`)),
  }));
}

/** Sources from the project's root on, and those of packages from their node_modules on, wherever npm hoisted that to. */
function withProjectPaths(map: string): string {
  const { sources, ...rest } = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({
    ...rest,
    sources: sources.map((source) => source.replace(/^.*?(?=node_modules\/)|^\.\.\//, '')),
  });
}
