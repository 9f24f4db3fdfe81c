import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(__dirname, '../..');

/** One of the project's npm scripts as a person starts it, in a process of its own. */
export class CommandLine {
  private constructor(
    private readonly child: ChildProcess,
    private readonly said: { out: string[]; err: string },
    readonly exitCode: Promise<number | null>,
  ) {}

  /** `env`: variables beside those of this process. */
  static start(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): CommandLine {
    const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    });
    const said = { out: [] as string[], err: '' };
    createInterface({ input: child.stdout }).on('line', (line) => said.out.push(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
    });
    return new CommandLine(
      child,
      said,
      once(child, 'close').then(([code]) => code as number | null),
    );
  }

  get lines(): readonly string[] {
    return this.said.out;
  }

  get errors(): string {
    return this.said.err;
  }

  /** The first line that it prints. Throws when it ends without one. */
  async firstLine(): Promise<string> {
    let ended = false;
    void this.exitCode.then(() => {
      ended = true;
    });
    for (;;) {
      const [line] = this.said.out;
      if (line !== undefined) return line;
      if (ended) throw new Error(`It ended without a line: ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Ids of all processes below this one, the npm that was started among them. */
  processes(): number[] {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    const found = [this.child.pid ?? -1];
    for (const parent of found) {
      for (const [pid = -1, ppid] of table) if (ppid === parent) found.push(pid);
    }
    return found;
  }

  /** Asks it to end, and gives its exit code. */
  async end(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exitCode;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
