import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Runtime } from '@pulumi/aws/lambda';
import { type Bundle, bundle } from '../../components/bundle';
import { callbackRuntime } from '../../components/callback';

const root = resolve(__dirname, '../..');
const budget = 768 * 1024;

describe('bundle', () => {
  let handlers: string[];
  let bundles: Map<string, Bundle>;

  async function bundleAll(checkout: string): Promise<Map<string, Bundle>> {
    const made = handlers.map((entry) => bundle({ entry, runtime: callbackRuntime, root: checkout }));
    const files = await Promise.all(made);
    return new Map(handlers.map((entry, index) => [entry, files[index] as Bundle]));
  }

  before(async () => {
    const files = await readdir(join(root, 'handlers'));
    handlers = files.filter((file) => /^[a-z-]+\.ts$/.test(file)).map((file) => `handlers/${file}`);
    bundles = await bundleAll(root);
  });

  it('keeps every callback within 768 KiB of code', () => {
    const sizes = [...bundles].map(
      ([entry, files]) => [entry, Buffer.byteLength(files['index.mjs'])] as const,
    );

    assert.equal(sizes.length, 14);
    assert.deepEqual(
      sizes.filter(([, size]) => size > budget),
      [],
    );
  });

  it('gives equal bytes in another checkout whose packages are linked', async () => {
    const checkout = await realpath(await mkdtemp(join(tmpdir(), 'checkout-')));
    try {
      for (const item of ['handlers', 'core', 'package.json', 'tsconfig.json']) {
        await cp(join(root, item), join(checkout, item), { recursive: true });
      }
      await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));

      for (const [entry, files] of await bundleAll(checkout)) {
        for (const [file, text] of Object.entries(files)) {
          assert.ok(text === bundles.get(entry)?.[file as keyof Bundle], `${file} of ${entry} differs`);
        }
      }
    } finally {
      await rm(checkout, { recursive: true });
    }
  });

  it('maps code to sources by paths within the project, without their text', () => {
    for (const [entry, files] of bundles) {
      const { sources, sourcesContent } = JSON.parse(files['index.mjs.map']);

      assert.ok(sources.includes(entry));
      assert.deepEqual(
        sources.filter((source: string) => !/^(handlers|core|node_modules)\//.test(source)),
        [],
      );
      assert.equal(sourcesContent, undefined);
      assert.match(files['index.mjs'], /\/\/# sourceMappingURL=index\.mjs\.map\s*$/);
    }
  });

  it('runs on its own, packages that require Node.js modules included', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    const environment = {
      DOMAIN_ID: 'dzd_1',
      TABLE_NAME: 'vault',
      HELD_SHARE: '20',
      HELD_LEAST: '25',
      CHANGE_KINDS: '[]',
      CHANGE_GRACE_SECONDS: '32',
      AWS_REGION: 'us-east-1',
    };
    try {
      const files = await bundle({ entry: 'handlers/commit.ts', runtime: callbackRuntime });
      for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
      const load = "import('./index.mjs').then(({ handler }) => console.log(typeof handler))";
      const { stdout } = await promisify(execFile)(process.execPath, ['--eval', load], {
        cwd: folder,
        env: environment,
      });

      assert.equal(stdout.trim(), 'function');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names file and line of what cannot be bundled', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'broken-'));
    try {
      await writeFile(join(folder, 'broken.ts'), "import { absent } from './absent';\nexport { absent };\n");

      await assert.rejects(
        bundle({ entry: 'broken.ts', runtime: callbackRuntime, root: folder }),
        /broken\.ts:1:23: ERROR: Could not resolve ".\/absent"/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is made for the newest Node.js that Lambda offers', () => {
    const versions = Object.values(Runtime).flatMap((runtime) => /^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? []);

    assert.equal(callbackRuntime, `nodejs${Math.max(...versions.map(Number))}.x`);
  });
});
