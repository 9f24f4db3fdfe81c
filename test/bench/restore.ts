import '../../local/cli/quiet';
import { Command } from 'commander';
import { Pace } from '../../core/catalog/pace';
import { kinds } from '../../core/catalog/registry';
import { requestsOf } from '../../core/restore/plan';
import { restoreRates } from '../../core/restore/rates';
import { applyRestore, keepPlan, planRestore, verifyRestored } from '../../core/restore/restore';
import { DataZoneTarget } from '../../core/restore/target';
import { assetsOption, projectsOption } from '../../local/cli/options';
import { emptyDomain, profileOf, restorer } from '../core/restore/restore-bench';
import { BackupBench } from '../support/in-process-backup';
import { inProcessDataZone } from '../support/in-process-clients';

/** What is restored, and how fast the API is said to be. */
interface Extent {
  readonly projects: number;
  readonly assets: number;
  /** Times the published rates. */
  readonly times: number;
}

/** A restore of a large domain into an empty one, service and vault in this process, at rates that are kept. */
async function measure({ projects, assets, times }: Extent) {
  const bench = await BackupBench.start({ inMemory: true, projects, assets });
  const snapshot = await bench.run();
  if (!('cutAt' in snapshot)) throw new Error(`The backup ended ${JSON.stringify(snapshot)}`);
  const domainId = emptyDomain(bench, 'V1');
  let refused = 0;
  const client = (attempts: number) =>
    inProcessDataZone(bench.service, restorer, {
      attempts,
      between: async (call) => {
        const answer = await call.answer();
        if (typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 429)
          refused++;
        return answer;
      },
    });
  const published = Object.fromEntries(
    Object.entries(restoreRates).map(([name, rate]) => [name, rate * times]),
  );
  const pace = new Pace({ callers: () => 1, share: 80, published });
  const target = new DataZoneTarget({ reading: client(3), writing: client(1), domainId, pace });
  const args = { vault: bench.vault(), target, kinds, now: Date.now };
  const settings = { instant: snapshot.cutAt, selection: {}, conflicts: 'update' } as const;
  const planned = await planRestore(args, settings);
  const run = await keepPlan(args, settings, planned);
  const heapBefore = heap();
  const ended = new Map<string, { first: number; last: number }>();
  const started = performance.now();
  await applyRestore(args, run, {
    concurrency: 64,
    progress: ({ kind, action }) => {
      const now = performance.now();
      const at = ended.get(`${action} ${kind}`) ?? { first: now, last: now };
      ended.set(`${action} ${kind}`, { ...at, last: now });
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const heapAfter = heap();
  const paced = new DataZoneTarget({ reading: client(3), writing: client(1), domainId });
  const calm = { ...args, target: paced };
  const verdict = await verifyRestored(calm, settings, await profileOf(calm));
  const requests = requestsOf(planned.actions, kinds);
  const [slowest = '', sent = 0] =
    Object.entries(requests).sort(
      ([a, x], [b, y]) => y / (published[b] ?? 20) - x / (published[a] ?? 20),
    )[0] ?? [];
  const span = ended.get('create asset');
  const spanSeconds = span === undefined ? seconds : (span.last - span.first) / 1000;
  const budget = ((published[slowest] ?? 20) * 80) / 100;
  return {
    status: run.header.status,
    equal: verdict.equal,
    totals: planned.totals,
    calls: Object.fromEntries(
      Object.entries(target.requestCounts()).sort(([, one], [, other]) => other - one),
    ),
    seconds: Math.round(seconds),
    actionsPerSecond: Math.round(planned.actions.length / seconds),
    slowest,
    budgetPerSecond: budget,
    ofBudget: `${Math.round((100 * sent) / spanSeconds / budget)} % of it while its wave lasted (${Math.round(spanSeconds)} s)`,
    throttled: refused,
    heapGrewMb: heapAfter - heapBefore,
  };
}

function heap(): number {
  global.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
}

const command = new Command('bench:restore')
  .description(
    'Restores a large domain into an empty one, service and vault in one process, and says what it took.',
  )
  .addOption(projectsOption(50))
  .addOption(assetsOption(400))
  .option('--times <n>', 'rates, times those that AWS publishes', Number, 10)
  .action(async (extent: Extent) => {
    process.stdout.write(`${JSON.stringify(await measure(extent), undefined, 2)}\n`);
  });

void command.parseAsync();
