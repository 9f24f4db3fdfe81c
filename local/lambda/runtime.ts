import { randomUUID } from 'node:crypto';
import { type Authorize, authorizeService } from '../authorize';
import type { Credentials } from '../identities';
import { environmentOf, type LambdaFunction } from './lambda-function';
import { Sandbox, type SandboxOutcome } from './sandbox';
import { removeTaskRoot, unpackTaskRoot } from './task-root';

export interface LambdaRuntimeArgs {
  /** Where the code finds every AWS service: the local cloud's gateway. */
  readonly endpoint: string;
  /** Issues credentials of a role's session, which Lambda names after the function: once for each process. */
  readonly credentials: (roleArn: string, sessionName: string) => Credentials;
  readonly authorize: Authorize;
  /** Node.js that runs the code. @default the one that runs the local cloud */
  readonly nodeBinary?: string;
  /** How far the functions' clocks are ahead of this machine's; asked before each event. @default 0 */
  readonly clockSkewMilliseconds?: (functionName: string) => number;
  /** Whether a Region is lost, and its functions with it. @default none ever is */
  readonly isLost?: (region: string) => boolean;
  /** Hears every line that the code prints, for instance to print it. */
  readonly onLog?: (line: LogLine) => void;
}

/** One line that a function's code has printed. */
export interface LogLine {
  readonly functionName: string;
  readonly line: string;
}

/** What Lambda's Invoke answers. */
export interface InvokeResult {
  readonly requestId: string;
  /** JSON text: the handler's result, or the error's description. */
  readonly payload: string;
  /** True when the code failed, timed out or died. */
  readonly failed: boolean;
}

/** Lambda itself refused the call: the code was not run. */
export class LambdaServiceError extends Error {
  override readonly name: string;

  constructor(
    /** AWS's name: `TooManyRequestsException`. */
    readonly code: string,
    message: string,
    readonly statusCode: number,
  ) {
    super(message);
    this.name = code;
  }
}

/** AWS's limit of a synchronous invocation's request and response, in bytes. */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;

/** Lines kept per function: enough for a test, too few to fill the memory of a cloud that stays up. */
const LOG_LINES = 5_000;

interface Deployed {
  readonly lambda: LambdaFunction;
  readonly taskRoot: string;
  readonly idle: Sandbox[];
  readonly busy: Set<Sandbox>;
  readonly log: string[];
  coldStarts: number;
}

/**
 * AWS Lambda on this machine: runs captured code in child processes with nothing but their declared environment,
 * one for each concurrent invocation, kept warm for the next.
 */
export class LambdaRuntime {
  private readonly functions = new Map<string, Deployed>();
  private peakRss = 0;

  constructor(private readonly args: LambdaRuntimeArgs) {}

  /**
   * Creates a function from its configuration and its `AssetArchive`. Throws what `authorize` throws if Lambda may
   * not assume its role, and `UnsupportedCodeError`.
   */
  async deploy(lambda: LambdaFunction, code: unknown): Promise<void> {
    authorizeService(this.args.authorize, 'lambda.amazonaws.com', lambda.roleArn, lambda.arn);
    const taskRoot = await unpackTaskRoot(lambda.name, code);
    this.functions.set(lambda.name, { lambda, taskRoot, idle: [], busy: new Set(), log: [], coldStarts: 0 });
  }

  /**
   * Invokes a function and waits for its answer (`RequestResponse`). `functionName` is a name or an ARN, `payload`
   * any JSON value. A failure of the code is a result; `LambdaServiceError` is thrown where Lambda refuses the call.
   */
  async invoke(invokedBy: string, functionName: string, payload: unknown): Promise<InvokeResult> {
    const deployed = this.find(functionName);
    this.authorizeInvocation(invokedBy, deployed.lambda.arn);
    return this.invokeDeployed(deployed, payload);
  }

  /** The same for Lambda itself, which asks nobody: what an event source mapping does with a batch. */
  async receive(functionName: string, payload: unknown): Promise<InvokeResult> {
    return this.invokeDeployed(this.find(functionName), payload);
  }

  /** What a function is configured with. Throws `LambdaServiceError` if there is none. */
  configuration(functionName: string): LambdaFunction {
    return this.find(functionName).lambda;
  }

  private async invokeDeployed(deployed: Deployed, payload: unknown): Promise<InvokeResult> {
    const { region } = deployed.lambda;
    if (this.args.isLost?.(region)) {
      throw new LambdaServiceError('SdkClientException', `Lambda in ${region} does not answer`, 503);
    }
    const size = byteLength(JSON.stringify(payload));
    if (size > PAYLOAD_LIMIT) {
      throw new LambdaServiceError(
        'RequestTooLargeException',
        `${size} byte payload is too large for the RequestResponse invocation type (limit ${PAYLOAD_LIMIT} bytes)`,
        413,
      );
    }
    if (deployed.busy.size >= (deployed.lambda.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      throw new LambdaServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    return this.run(deployed, payload);
  }

  /**
   * Kills the processes that work on an event at this moment, of one function or of all, and returns how many:
   * their invocations fail with `Runtime.ExitError`, as when Lambda loses a worker.
   */
  killRunning(functionName?: string): number {
    const killed = this.select(functionName).flatMap(({ busy }) => [...busy]);
    for (const sandbox of killed) sandbox.kill();
    return killed.length;
  }

  /** The same for the one process that signs its calls with this key; false where it works on nothing. */
  killCaller(accessKeyId: string): boolean {
    const caller = this.select(undefined)
      .flatMap(({ busy }) => [...busy])
      .find((sandbox) => sandbox.accessKeyId === accessKeyId);
    caller?.kill();
    return caller !== undefined;
  }

  /** Ends warm processes, so that the next invocations start cold. Those at work are left alone. */
  async dropWarm(functionName?: string): Promise<void> {
    await Promise.all(this.select(functionName).flatMap(({ idle }) => idle.splice(0).map((s) => s.close())));
  }

  /** The last lines that a function's code printed, oldest first. */
  logLines(functionName: string): readonly string[] {
    return this.find(functionName).log;
  }

  /** How many processes were started for a function. */
  coldStarts(functionName: string): number {
    return this.find(functionName).coldStarts;
  }

  /** Largest resident set of any process so far, in MiB. */
  get peakRssMegabytes(): number {
    return this.peakRss / 1024;
  }

  /** Kills every process and removes the unpacked code. */
  async shutdown(): Promise<void> {
    const all = [...this.functions.values()];
    this.functions.clear();
    await Promise.all(all.flatMap(({ idle, busy }) => [...idle, ...busy].map((sandbox) => sandbox.close())));
    await Promise.all(all.map(({ taskRoot }) => removeTaskRoot(taskRoot)));
  }

  private async run(deployed: Deployed, event: unknown): Promise<InvokeResult> {
    const { lambda, idle, busy } = deployed;
    const requestId = randomUUID();
    const sandbox = warmest(idle) ?? this.start(deployed);
    busy.add(sandbox);
    const outcome = await sandbox.invoke({
      requestId,
      functionArn: lambda.arn,
      event,
      timeoutMilliseconds: lambda.timeoutSeconds * 1000,
      clockSkewMilliseconds: this.args.clockSkewMilliseconds?.(lambda.name) ?? 0,
    });
    busy.delete(sandbox);
    this.peakRss = Math.max(this.peakRss, sandbox.maxRssKilobytes);
    if (sandbox.alive) idle.push(sandbox);
    return { requestId, ...asResult(outcome) };
  }

  private start(deployed: Deployed): Sandbox {
    const { lambda, taskRoot, log } = deployed;
    deployed.coldStarts += 1;
    const credentials = this.args.credentials(lambda.roleArn, lambda.name);
    return new Sandbox({
      accessKeyId: credentials.accessKeyId,
      nodeBinary: this.args.nodeBinary ?? process.execPath,
      memoryMegabytes: lambda.memoryMegabytes,
      workingDirectory: taskRoot,
      environment: environmentOf(lambda, {
        taskRoot,
        endpoint: this.args.endpoint,
        credentials,
        logStream: `[$LATEST]${randomUUID().replaceAll('-', '')}`,
      }),
      onLine: (line) => {
        log.push(line);
        if (log.length > LOG_LINES) log.shift();
        this.args.onLog?.({ functionName: lambda.name, line });
      },
    });
  }

  private authorizeInvocation(invokedBy: string, functionArn: string): void {
    try {
      this.args.authorize(invokedBy, 'lambda:InvokeFunction', functionArn);
    } catch (error) {
      throw new LambdaServiceError(
        'AccessDeniedException',
        error instanceof Error ? error.message : String(error),
        403,
      );
    }
  }

  private find(nameOrArn: string): Deployed {
    const name = nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
    const deployed = this.functions.get(name);
    if (!deployed) {
      throw new LambdaServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    }
    return deployed;
  }

  private select(functionName: string | undefined): readonly Deployed[] {
    return functionName === undefined ? [...this.functions.values()] : [this.find(functionName)];
  }
}

/** The most recently used process that still lives; the dead are dropped. */
function warmest(idle: Sandbox[]): Sandbox | undefined {
  for (let sandbox = idle.pop(); sandbox; sandbox = idle.pop()) {
    if (sandbox.alive) return sandbox;
  }
  return undefined;
}

function asResult(outcome: SandboxOutcome): Pick<InvokeResult, 'payload' | 'failed'> {
  if ('error' in outcome) return { failed: true, payload: JSON.stringify(outcome.error) };
  if (byteLength(outcome.payload) <= PAYLOAD_LIMIT) return { failed: false, payload: outcome.payload };
  return {
    failed: true,
    payload: JSON.stringify({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`,
    }),
  };
}

function byteLength(text: string | undefined): number {
  return Buffer.byteLength(text ?? '');
}
