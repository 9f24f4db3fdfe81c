import { join, resolve, sep } from 'node:path';
import { runtime } from '@pulumi/pulumi';
import { Failures } from './failures';
import type { ProgramProvider, ResourceGraph } from './graph';
import { ProgramRecorder } from './program-recorder';
import { claimRejections, currentRunStore, withRunStore } from './rejections';
import { readStackSettings, type StackSettings } from './stack-settings';

export interface RunProgramOptions {
  /** Stack whose file Pulumi.<stack>.yaml configures the program. */
  readonly stack: string;
  /** Values that win over the stack file's, by un-prefixed key; undefined takes a stack's value away. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly provider: ProgramProvider;
  /** As `pulumi preview`: nothing is created and ids and computed outputs are unknown. @default false */
  readonly preview?: boolean;
  /** Directory of Pulumi.yaml and index.ts. @default this project */
  readonly root?: string;
}

/**
 * Runs the Pulumi program as `pulumi up` on an empty stack does, with `provider` in the place of AWS.
 * One run at a time: a second one waits for the first.
 *
 * @throws StackSettingsError as the CLI refuses a stack file; what the program threw; what the provider threw;
 * ProgramError if these were several.
 */
export async function runProgram(options: RunProgramOptions): Promise<ResourceGraph> {
  const root = resolve(options.root ?? resolve(__dirname, '../..'));
  const { stack, config: overrides = {}, provider, preview = false } = options;
  const settings = readStackSettings({ root, stack, overrides });
  return record({ settings, provider, preview }, () => load(root));
}

export interface RecordOptions {
  readonly settings: StackSettings;
  readonly provider: ProgramProvider;
  readonly preview: boolean;
}

/** As `runProgram`, with the program at hand: what it makes is recorded, what it returns are the outputs. */
export function record(options: RecordOptions, program: () => Promise<unknown>): Promise<ResourceGraph> {
  const run = previous.then(() => withRunStore(() => recordAlone(options, program)));
  previous = run.catch(() => undefined);
  return run;
}

let previous: Promise<unknown> = Promise.resolve();

async function recordAlone(
  { settings, provider, preview }: RecordOptions,
  program: () => Promise<unknown>,
): Promise<ResourceGraph> {
  const { project, stack, config } = settings;
  const failures = new Failures();
  const recorder = new ProgramRecorder(provider, preview, failures);

  await runtime.setMocks({ newResource: unused, call: unused }, project, stack, preview);
  recorder.attach(runtime.getMonitor());
  currentRunStore().settings.engine = new Engine(failures);
  runtime.setAllConfig({ ...config });

  const release = claimRejections(failures);

  // Pulumi takes a stack trace of every output that it makes: a third of the time of a run.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const done = runtime.runInPulumiStack(program).then(() => runtime.disconnect());
  await Promise.race([done.catch(failures.add), failures.first]);
  Error.stackTraceLimit = stackTraceLimit;
  await new Promise(setImmediate);
  failures.throwAny();
  // What the provider started may go on; its errors are not the program's.
  release();
  return { project, stack, resources: recorder.resources, outputs: recorder.outputs };
}

/**
 * Loads the program's own files anew (not its packages, nor the bundles, which take the longest and depend on no
 * configuration); a program may export a function, as for the CLI.
 */
async function load(root: string): Promise<unknown> {
  const foreign = ['node_modules/', 'local/', 'test/', 'components/bundle.ts'].map((path) =>
    join(root, path),
  );
  for (const file of Object.keys(require.cache)) {
    const own = file.startsWith(root + sep) && !foreign.some((path) => file.startsWith(path));
    if (own) delete require.cache[file];
  }
  const exported: unknown = require(resolve(root, 'index.ts'));
  return typeof exported === 'function' ? exported() : exported;
}

/** Stands where the engine stands: an error in the program's log fails the run, as it does under the CLI. */
class Engine {
  constructor(private readonly failures: Failures) {}

  log(entry: { getSeverity(): number; getMessage(): string }, done: () => void): void {
    const error = 3;
    if (entry.getSeverity() === error) this.failures.add(entry.getMessage());
    done();
  }

  setRootResource(_: unknown, done: (error: null) => void): void {
    done(null);
  }
}

function unused(): never {
  throw new Error('the recorder answers all registrations and calls');
}
