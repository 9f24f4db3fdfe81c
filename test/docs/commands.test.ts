import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Block, blocks, pages, root } from './pages';

/**
 * Runs what README and docs tell people to run against `npm run local`, as they would: in a shell, with the
 * variables that examples/env.mjs makes of the local cloud's line.
 */
describe('commands of README and docs', function () {
  this.timeout(240_000);
  let cloud: ChildProcess;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const cli = ['--require', 'ts-node/register/transpile-only', 'local/cli/local.ts'];
    cloud = spawn(process.execPath, [...cli, '--projects', '1', '--assets', '5'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(cloud.stdout);
    const [line] = (await once(createInterface(cloud.stdout), 'line')) as [string];
    const exports = execFileSync(process.execPath, ['examples/env.mjs'], { cwd: root, input: line });
    environment = { ...process.env, ...variablesOf(exports.toString()), NODE_NO_WARNINGS: '1' };
  });

  after(async () => {
    cloud.kill();
    await once(cloud, 'exit');
  });

  for (const { path } of pages()) {
    const shell = blocks('sh').filter((block) => block.page === path && block.marks.includes('local'));
    const plain = shell.filter(({ marks }) => !marks.includes('aws-cli'));
    const withCli = shell.filter(({ marks }) => marks.includes('aws-cli'));
    const python = blocks('python').filter((block) => block.page === path);

    if (plain.length > 0) {
      it(`of ${path} run`, () => run('bash', ['-euo', 'pipefail', '-c', textOf(plain)]));
    }
    if (withCli.length > 0) {
      it(`of ${path} with the AWS CLI run`, async function () {
        if (!works('aws', ['--version'])) {
          console.log(
            `      the AWS CLI is not on this machine: ${withCli.map(({ line }) => line)} left out`,
          );
          return this.skip();
        }
        await run('bash', ['-euo', 'pipefail', '-c', textOf(withCli)]);
      });
    }
    if (python.length > 0) {
      it(`of ${path} in Python run`, async function () {
        if (!works('python3', ['-c', 'import boto3'])) {
          console.log(`      boto3 is not on this machine: ${python.map(({ line }) => line)} left out`);
          return this.skip();
        }
        await run('python3', ['-c', textOf(python)]);
      });
    }
  }

  async function run(command: string, args: readonly string[]): Promise<void> {
    const { stdout } = await promisify(execFile)(command, args, { cwd: root, env: environment });
    assert.notEqual(stdout.trim(), '', 'it shows something');
  }
});

/** Blocks of a page follow each other in one shell, as they do for a reader. */
function textOf(parts: readonly Block[]): string {
  return parts.map(({ text }) => text).join('\n');
}

function variablesOf(exports: string): Record<string, string> {
  return Object.fromEntries(
    [...exports.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
