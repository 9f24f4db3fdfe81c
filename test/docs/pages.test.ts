import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { bundle } from '../../components/bundle';
import { callbackRuntime } from '../../components/callback';
import { drillTag } from '../../components/drill-permissions';
import { readConfig } from '../../stacks/config';
import { commonSettings, datazoneSettings, smusSettings } from '../../stacks/settings';
import { membersOf } from './doc-comments';
import { type Block, blocks, type Page, pages, prose, root } from './pages';

const project = 'datazone-resilience';
const settingKeys = new Set(
  [commonSettings, datazoneSettings, smusSettings].flatMap((table) => Object.keys(table)),
);
const outputNames = new Set(membersOf('stacks/outputs.ts', 'StackOutputs').map(({ name }) => name));
const scripts = Object.keys(
  z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts,
);

/** Whatever a pattern's first group finds, with where it was found. */
function found(
  text: string,
  where: string,
  pattern: RegExp,
): { readonly what: string; readonly where: string }[] {
  return [...text.matchAll(pattern)].map(([, what = '']) => ({ what, where: `${where}: ${what}` }));
}

function at({ page, line }: Block): string {
  return `${page}:${line}`;
}

describe('README and docs', () => {
  it('link to files and headings that are there', () => {
    const broken = pages().flatMap((page) =>
      found(prose(page), page.path, /\]\((?!https?:)([^)\s]+)\)/g)
        .filter(({ what }) => !resolves(page, what))
        .map(({ where }) => where),
    );
    assert.deepEqual(broken, []);
  });

  it('reach every page of docs/ from README', () => {
    const readme = pages().find(({ path }) => path === 'README.md');
    const paths = pages().map(({ path }) => path);

    const unreached = paths.filter((path) => path.startsWith('docs/') && !readme?.text.includes(`(${path})`));

    assert.deepEqual(unreached, []);
  });

  it('mark every shell block as plain, local or aws', () => {
    const strange = blocks('sh').filter(
      ({ marks }) => !['', 'local', 'local aws-cli', 'aws'].includes(marks.join(' ')),
    );
    assert.deepEqual(strange.map(at), []);
  });

  it('name configuration keys that exist', () => {
    const mentioned = pages().flatMap(({ path, text }) => [
      ...found(text, path, new RegExp(`${project}:(?!<)([A-Za-z]+)`, 'g')),
      ...found(text, path, /pulumi config set (?:--path ')?([A-Za-z]+)/g),
    ]);

    assert.ok(mentioned.length > 10);
    assert.deepEqual(
      mentioned
        .filter(({ what }) => !settingKeys.has(what) && `${project}:${what}` !== drillTag)
        .map(({ where }) => where),
      [],
    );
  });

  it('name outputs that exist', () => {
    const mentioned = pages().flatMap(({ path, text }) => [
      ...found(text, path, /pulumi stack output ([A-Za-z]+)/g),
      ...found(text, path, /retained\.json"\)\.([A-Za-z]+)/g),
    ]);

    assert.ok(mentioned.length > 3);
    assert.deepEqual(
      mentioned.filter(({ what }) => !outputNames.has(what)).map(({ where }) => where),
      [],
    );
  });

  it('name npm scripts, test files and examples that exist', () => {
    const wrong = pages().flatMap(({ path, text }) => [
      ...found(text, path, /npm run (?:--silent )?([\w:-]+)/g).filter(({ what }) => !scripts.includes(what)),
      ...found(text, path, /(?:npx mocha|node) ((?:test|examples)\/[\w./-]+)/g).filter(
        ({ what }) => !existsSync(join(root, what)),
      ),
    ]);
    assert.deepEqual(
      wrong.map(({ where }) => where),
      [],
    );
  });

  it('describe every option of npm run local', () => {
    const cli = ['--require', 'ts-node/register/transpile-only', 'local/cli/local.ts', '--help'];
    const help = execFileSync(process.execPath, cli, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const text = readFileSync(join(root, 'docs/local-cloud.md'), 'utf8');

    const offered = found(help, 'help', /^ {2}(--[a-z-]+)/gm).map(({ what }) => what);
    const described = found(text, 'page', /^\| `(--[a-z-]+)`/gm).map(({ what }) => what);

    assert.ok(offered.length > 5);
    assert.deepEqual(described.sort(), offered.sort());
  });

  it('configure stacks that the program accepts', () => {
    const files = new Map(['datazone', 'smus'].map((flavour) => [flavour, configOf(flavour)]));
    const examples = blocks('yaml');

    assert.ok(examples.length > 3);
    for (const example of examples) {
      const { config } = configFile.parse(parse(example.text));
      // A block without a flavour is an addition to the stack of its page.
      const flavour = example.page.includes('smus') ? 'smus' : 'datazone';
      const whole = `${project}:flavour` in config ? config : { ...files.get(flavour), ...config };
      const texts = Object.entries(whole).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      assert.doesNotThrow(
        () => readConfig(project, withoutForeignPeople(Object.fromEntries(texts))),
        at(example),
      );
    }
  });

  it('say how large the callbacks are, to within a tenth', async () => {
    const text = readFileSync(join(root, 'docs/bundling.md'), 'utf8');
    const rows = [...text.matchAll(/^\| ([a-z-]+) \| (\d+) \| (\d+) \|$/gm)];

    assert.equal(rows.length, 11);
    const bundled = rows.map(async ([row, task, code, map]) => {
      const files = await bundle({ entry: `handlers/${task}.ts`, runtime: callbackRuntime });
      return { row, code, map, files };
    });
    for (const { row, code, map, files } of await Promise.all(bundled)) {
      for (const [said, file] of [
        [code, files['index.mjs']],
        [map, files['index.mjs.map']],
      ]) {
        const size = Buffer.byteLength(file ?? '') / 1000;
        assert.ok(Math.abs(Number(said) / size - 1) < 0.1, `${row}: it is ${size}`);
      }
    }
  });
});

const configFile = z.object({ config: z.record(z.string(), z.unknown()) });

function configOf(stack: string): Record<string, unknown> {
  return configFile.parse(parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), 'utf8'))).config;
}

/** With single sign-on in an addition, the example stack's IAM principals go. */
function withoutForeignPeople(config: Record<string, string>): Record<string, string> {
  const { [`${project}:administrators`]: administrators, ...rest } = config;
  return config[`${project}:signIn`] === 'sso' || administrators === undefined ? rest : config;
}

function resolves(page: Page, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? join(root, page.path) : join(root, dirname(page.path), path);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(heading);
}
