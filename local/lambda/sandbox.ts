import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What a function's code answered, or how it died: the body that Lambda's Invoke returns. */
export type SandboxOutcome = { readonly payload: string } | { readonly error: FunctionError };

/** An error as Lambda describes it to the invoker. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

/** One event for a sandbox. */
export interface SandboxInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly event: unknown;
  readonly timeoutMilliseconds: number;
  /** How far the function's clock is ahead of this machine's. */
  readonly clockSkewMilliseconds: number;
}

export interface SandboxArgs {
  /** Of the credentials in its environment. */
  readonly accessKeyId: string;
  readonly nodeBinary: string;
  readonly memoryMegabytes: number;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** Lambda gives the code outside the handler 10 s, then goes on with the function's own timeout. */
const INIT_MILLISECONDS = 10_000;

const messages = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), requestId: z.string() }),
  z.object({
    type: z.literal('answered'),
    requestId: z.string().optional(),
    maxRssKilobytes: z.number(),
    /** The process ends after this answer. */
    exiting: z.boolean(),
    payload: z.string().optional(),
    error: z
      .object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()).optional() })
      .optional(),
  }),
]);

/** One child process that runs a function's code, one event at a time, until it is killed or dies. */
export class Sandbox {
  readonly accessKeyId: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private maxRss = 0;
  private dead = false;

  constructor(args: SandboxArgs) {
    this.accessKeyId = args.accessKeyId;
    this.child = fork(path.join(__dirname, 'runner.mjs'), [], {
      cwd: args.workingDirectory,
      env: args.environment,
      execPath: args.nodeBinary,
      // Lambda leaves about a tenth of the memory to what is not the heap.
      execArgv: [`--max-old-space-size=${Math.floor(args.memoryMegabytes * 0.9)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.exited = new Promise((resolve) => {
      const end = () => {
        this.dead = true;
        resolve();
      };
      this.child.once('exit', end).on('error', end);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', args.onLine);
    }
  }

  get alive(): boolean {
    return !this.dead;
  }

  /** Largest resident set that the process has reported, in KiB. */
  get maxRssKilobytes(): number {
    return this.maxRss;
  }

  /** Runs one event; a timeout or a death of the process is an outcome too, never a rejection. */
  invoke(invocation: SandboxInvocation): Promise<SandboxOutcome> {
    return new Promise((resolve) => {
      const { requestId, timeoutMilliseconds } = invocation;
      const failed = (errorType: string, message: string) =>
        settle({ error: { errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` } });
      const giveUpAfter = (milliseconds: number) =>
        setTimeout(() => {
          failed('Sandbox.Timedout', `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`);
          this.kill();
        }, milliseconds);
      let timer = giveUpAfter(Math.max(INIT_MILLISECONDS, timeoutMilliseconds));

      const onMessage = (raw: unknown) => {
        const message = messages.parse(raw);
        if (message.requestId !== undefined && message.requestId !== requestId) return;
        if (message.type === 'started') {
          clearTimeout(timer);
          timer = giveUpAfter(timeoutMilliseconds);
          return;
        }
        this.maxRss = Math.max(this.maxRss, message.maxRssKilobytes);
        this.dead ||= message.exiting;
        settle(message.error ? { error: message.error } : { payload: message.payload ?? 'null' });
      };
      const onExit = (code: number | null, signal: string | null) =>
        failed(
          'Runtime.ExitError',
          `Runtime exited with error: ${signal ? (SIGNALS[signal] ?? signal) : `exit status ${code}`}`,
        );
      const onError = (error: Error) => failed('Runtime.ExitError', error.message);
      const settle = (outcome: SandboxOutcome) => {
        clearTimeout(timer);
        this.child.off('message', onMessage).off('exit', onExit).off('error', onError);
        // What the code printed before it answered is still in the pipe.
        setImmediate(resolve, outcome);
      };

      this.child.on('message', onMessage).on('exit', onExit).on('error', onError);
      this.child.send({ ...invocation, traceId: traceIdOf(requestId) });
    });
  }

  /** Kills the process now; an event that it works on fails with `Runtime.ExitError`. */
  kill(): void {
    this.dead = true;
    this.child.kill('SIGKILL');
  }

  /** Kills the process and waits for its end. */
  async close(): Promise<void> {
    this.kill();
    await this.exited;
  }
}

const SIGNALS: Readonly<Record<string, string>> = { SIGKILL: 'signal: killed', SIGABRT: 'signal: aborted' };

/** An X-Ray header that says "not sampled": the tracer in the code then sends nothing anywhere. */
function traceIdOf(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Parent=${hex.slice(0, 16)};Sampled=0`;
}
