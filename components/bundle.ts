import { resolve } from 'node:path';
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

const bundles = new Map<string, Promise<Bundle>>();

/**
 * Bundles a handler in memory, once in a process: one ESM file, minified and tree-shaken, and its source map. Equal sources give
 * equal bytes wherever the checkout lies, so that an unchanged handler is no change of the deployment.
 *
 * @throws esbuild's BuildFailure, whose message names file, line and column.
 */
export function bundle(options: BundleOptions): Promise<Bundle> {
  const key = JSON.stringify([options.root, options.entry, options.runtime]);
  const made = bundles.get(key) ?? bundleAnew(options);
  bundles.set(key, made);
  return made;
}

async function bundleAnew(options: BundleOptions): Promise<Bundle> {
  const root = options.root ?? resolve(__dirname, '..');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [options.entry],
    outfile: 'index.mjs',
    bundle: true,
    write: false,
    platform: 'node',
    target: targets[options.runtime],
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
  const contentOf = (extension: string) =>
    outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return {
    'index.mjs': contentOf('.mjs'),
    'index.mjs.map': withPackagePaths(contentOf('.map')),
  };
}

/** Sources of packages from their node_modules on, wherever npm hoisted that to. */
function withPackagePaths(map: string): string {
  const { sources, ...rest } = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({
    ...rest,
    sources: sources.map((source) => source.replace(/^.*?(?=node_modules\/)/, '')),
  });
}
