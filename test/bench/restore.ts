import '../../local/cli/quiet';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DataZoneClient } from '@aws-sdk/client-datazone';
import { Command } from 'commander';
import { Pace } from '../../core/catalog/pace';
import { kinds } from '../../core/catalog/registry';
import type { Plan } from '../../core/restore/plan';
import { restoreRates } from '../../core/restore/rates';
import { requestsOf } from '../../core/restore/requests';
import { applyRestore, keepPlan, planRestore, verifyRestored } from '../../core/restore/restore';
import { RestoreRun } from '../../core/restore/restore-run';
import { DataZoneTarget } from '../../core/restore/target';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import { assetsOption, projectsOption } from '../../local/cli/options';
import { profileOf, restorer } from '../core/restore/restore-bench';
import { dynamoDbClient } from '../support/dynamodb';
import type { RestoreServices } from './restore-services';

/** What is restored, and how fast the API is said to be. */
interface Extent {
  readonly projects: number;
  readonly assets: number;
  /** Times the published rates. */
  readonly times: number;
}

/** A restore of a large domain into an empty one, both and the vault in another process, at rates that are kept. */
async function measure({ projects, assets, times }: Extent) {
  const services = fork(join(__dirname, 'restore-services.ts'), [String(projects), String(assets)]);
  try {
    const served = await told<RestoreServices>(services);
    return await restored(served, times, services);
  } finally {
    services.kill();
  }
}

async function restored(served: RestoreServices, times: number, services: ChildProcess) {
  const { tableName, sourceDomainId, targetDomainId: domainId, instant } = served;
  const client = (maxAttempts: number) =>
    new DataZoneClient({
      endpoint: served.datazone,
      region: 'eu-west-1',
      credentials: { accessKeyId: restorer, secretAccessKey: 'none' },
      maxAttempts,
    });
  const published = Object.fromEntries(
    Object.entries(restoreRates).map(([name, rate]) => [name, rate * times]),
  );
  const pace = new Pace({ callers: () => 1, share: 80, published });
  const target = new DataZoneTarget({ reading: client(3), writing: client(1), domainId, pace });
  const table = new Table(tableName, 'eu-west-1', dynamoDbClient(served.dynamodb));
  const args = { vault: new Vault(table, sourceDomainId), target, kinds, now: Date.now };
  const settings = { instant, selection: {}, conflicts: 'update' } as const;

  const plan = await measured(async () => {
    let planned: Plan | undefined = await planRestore(args, settings);
    const { runId, header } = await keepPlan(args, settings, planned);
    const actions = planned.actions.length;
    const requests = requestsOf(planned.actions, kinds);
    const held = living();
    planned = undefined;
    const bytesPerAction = Math.round((held - living()) / actions);
    return { runId, totals: header.totals, actions, requests, bytesPerAction };
  });
  const { runId, totals, actions, requests, bytesPerAction } = plan.result;
  const ended = new Map<string, { first: number; last: number }>();
  const apply = await measured(async () => {
    const run = await RestoreRun.open(args.vault, runId);
    await applyRestore(args, run, {
      concurrency: 64,
      progress: ({ kind, action }) => {
        const now = performance.now();
        const at = ended.get(`${action} ${kind}`) ?? { first: now, last: now };
        ended.set(`${action} ${kind}`, { ...at, last: now });
      },
    });
    return run.header.status;
  });
  const calls = Object.entries(target.requestCounts()).sort(([, one], [, other]) => other - one);
  const unpaced = {
    ...args,
    target: new DataZoneTarget({ reading: client(3), writing: client(1), domainId }),
  };
  const verify = await measured(async () => verifyRestored(unpaced, settings, await profileOf(unpaced)));

  const [slowest = '', sent = 0] =
    Object.entries(requests).sort(
      ([a, x], [b, y]) => y / (published[b] ?? 20) - x / (published[a] ?? 20),
    )[0] ?? [];
  const span = ended.get('create asset');
  const spanSeconds = span === undefined ? apply.seconds : (span.last - span.first) / 1000;
  const budget = ((published[slowest] ?? 20) * 80) / 100;
  const asked = told<{ readonly throttled: number }>(services);
  services.send('throttled');
  const memory = ({ seconds, heapMb, rssMb }: typeof apply | typeof plan | typeof verify) => ({
    seconds: Math.round(seconds),
    heapMb,
    rssMb,
  });
  return {
    status: apply.result,
    equal: verify.result.equal,
    totals,
    calls: Object.fromEntries(calls),
    actionsPerSecond: Math.round(actions / apply.seconds),
    slowest,
    budgetPerSecond: budget,
    ofBudget: `${Math.round((100 * sent) / spanSeconds / budget)} % of it while its wave lasted (${Math.round(spanSeconds)} s)`,
    throttled: (await asked).throttled,
    actions,
    /** That the plan holds of memory. */
    bytesPerAction,
    /** Greatest heap with its buffers after a collection, and greatest resident set, of the restore's process alone. */
    plan: memory(plan),
    apply: memory(apply),
    verify: memory(verify),
  };
}

/** Looked at twice a second: what lives in the heap and its buffers once it was collected, and all that the process has. */
async function measured<T>(act: () => Promise<T>) {
  const started = performance.now();
  let heap = 0;
  let rss = 0;
  const look = () => {
    rss = Math.max(rss, process.memoryUsage().rss);
    heap = Math.max(heap, living());
  };
  look();
  const looking = setInterval(look, 500);
  const result = await act().finally(() => clearInterval(looking));
  look();
  const seconds = (performance.now() - started) / 1000;
  return { result, seconds, heapMb: mib(heap), rssMb: mib(rss) };
}

function living(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

async function told<T>(services: ChildProcess): Promise<T> {
  const [message] = await Promise.race([
    once(services, 'message'),
    once(services, 'exit').then(([code]) => {
      throw new Error(`The services' process ended with ${code}`);
    }),
  ]);
  return message as T;
}

const command = new Command('bench:restore')
  .description(
    'Restores a large domain into an empty one, service and vault in another process, and says what it took.',
  )
  .addOption(projectsOption(50))
  .addOption(assetsOption(400))
  .option('--times <n>', 'rates, times those that AWS publishes', Number, 3)
  .action(async (extent: Extent) => {
    process.stdout.write(`${JSON.stringify(await measure(extent), undefined, 2)}\n`);
  });

void command.parseAsync();
