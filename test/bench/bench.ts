import '../../local/cli/quiet';
import { Command } from 'commander';
import { kinds } from '../../core/catalog/registry';
import { projectsOption } from '../../local/cli/options';
import { FakeClock } from '../../local/clock';
import { BackupBench } from '../support/in-process-backup';
import { CallCount } from './counted-kinds';
import { LargeDomain } from './large-domain';
import { RequestUnits } from './request-units';

const day = 24 * 60 * 60_000;

/** A run of the backup over a large domain, service and vault in this process, and what it took. */
async function measure(projects: number) {
  const clock = new FakeClock();
  const count = new CallCount();
  const bench = await BackupBench.start({
    inMemory: true,
    clock,
    kinds: kinds.map((kind) => count.count(kind)),
    domain: (service) => LargeDomain.make(service, projects),
  });
  clock.advance(day);
  const units = new RequestUnits();
  const started = performance.now();
  const result = await bench.run({ between: units.between });
  const seconds = (performance.now() - started) / 1000;
  if (!('kinds' in result)) throw new Error(`The backup ended ${JSON.stringify(result)}`);
  const resources = Object.fromEntries(Object.entries(result.kinds).map(([kind, sum]) => [kind, sum.count]));
  const asked = count.all().sort((a, b) => a.kind.localeCompare(b.kind) || b.calls - a.calls);
  const total = (of: 'calls' | 'fewest' | 'confirming') => asked.reduce((sum, each) => sum + each[of], 0);
  return {
    status: result.status,
    resources,
    total: Object.values(resources).reduce((sum, each) => sum + each, 0),
    asked,
    calls: total('calls'),
    fewest: total('fewest'),
    confirming: total('confirming'),
    writeUnits: units.writes,
    readUnits: units.reads,
    seconds: Math.round(seconds * 10) / 10,
    /** Of this whole process: the domain and the vault are in it too. */
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

type Measured = Awaited<ReturnType<typeof measure>>;

function text(measured: Measured): string {
  const { asked, resources, calls, fewest } = measured;
  const rows = [
    ['kind', 'resources', 'operation', 'calls', 'fewest', 'confirming'],
    ...asked.map((each, n) => [
      each.kind === asked[n - 1]?.kind ? '' : each.kind,
      each.kind === asked[n - 1]?.kind ? '' : String(resources[each.kind] ?? 0),
      each.operation,
      ...[each.calls, each.fewest, each.confirming].map(String),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return [
    ...rows.map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `${measured.status}: ${measured.total} resources in ${measured.seconds} s`,
    `${calls} calls where ${fewest} are the fewest (${((calls / fewest - 1) * 100).toFixed(1)} % more), and ${measured.confirming} that confirm`,
    `${measured.writeUnits} write units and ${measured.readUnits} read units in a Region; ${measured.peakRssMb} MiB at most, domain and vault included`,
  ].join('\n');
}

const command = new Command('bench')
  .description('Backs a large domain up, service and vault in one process, and says what it took.')
  .addOption(projectsOption(500))
  .option('--json', 'as JSON', false)
  .action(async ({ projects, json }: { projects: number; json: boolean }) => {
    const measured = await measure(projects);
    process.stdout.write(`${json ? JSON.stringify(measured, undefined, 2) : text(measured)}\n`);
  });

void command.parseAsync();
