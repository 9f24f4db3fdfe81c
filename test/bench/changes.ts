import '../../local/cli/quiet';
import { Command, InvalidArgumentError } from 'commander';
import { type CallCount, difference } from '../../local/metering';
import { type BatchLine, ChangeBench, type ChangeFaults } from '../support/change-bench';

interface Options {
  readonly edits: number;
  readonly seconds: number;
  readonly assets: number;
  readonly seed: number;
  readonly throttled: number;
  readonly crashed: number;
  readonly twice: boolean;
  readonly late: number;
  readonly hidden?: number;
  readonly wait: number;
}

/** Edits by an outside client, on the program as it is deployed and with no schedule: how soon is the vault equal? */
async function measure(options: Options): Promise<boolean> {
  const {
    edits: count,
    seconds,
    assets: assetsPerProject,
    seed,
    throttled,
    crashed,
    twice,
    late,
    hidden,
  } = options;
  const faults: Partial<ChangeFaults> = {
    ...(throttled > 0 && { throttled: throttled / 100 }),
    ...(crashed > 0 && { crashed: crashed / 100 }),
    twice,
    lateMilliseconds: late * 1000,
    ...(hidden !== undefined && { hiddenMilliseconds: hidden * 1000 }),
  };
  const bench = await ChangeBench.start({ seed, assetsPerProject, faults });
  const { cloud } = bench;
  try {
    const [mapping] = cloud.mappings;
    const before = cloud.metering.read();
    const began = Date.now();
    const edits = await bench.make(count, seconds * 1000);
    const ended = Date.now();
    const isSettled = await bench.settled(options.wait * 1000);
    const settledAfter = (Date.now() - ended) / 1000;
    const { calls } = difference(before, cloud.metering.read());
    const regions = await bench.compare();
    const { captured, p50Ms, p95Ms, maxMs } = await bench.latencies(edits);
    process.stdout.write(
      `${[
        `edits           ${count} in ${((ended - began) / 1000).toFixed(1)} s`,
        `queue empty     ${isSettled ? `${settledAfter.toFixed(1)} s after the last edit` : `not after ${options.wait} s`}`,
        ...regions.map(({ region, equal }) => `${region.padEnd(15)} ${equal ? 'equal' : 'NOT EQUAL'}`),
        `edit to vault   p50 ${p50Ms} ms, p95 ${p95Ms} ms, max ${maxMs} ms, of ${captured} edits that left a version`,
        `dead letters    ${bench.deadLetters().length}`,
        ...workers(bench.batches()),
        ...callsBy(calls, mapping && cloud.lambda.configuration(mapping.functionName).roleArn),
        `cold starts     ${cloud.lambda.coldStarts(mapping?.functionName ?? '')}`,
        `not delivered   ${cloud.rules.failures.length}`,
        ...regions.flatMap(({ differences }) => differences.slice(0, 10)).map((line) => `  ${line}`),
        ...bench
          .deadLetters()
          .slice(0, 5)
          .map((line) => `  ${line.slice(0, 300)}`),
      ].join('\n')}\n`,
    );
    return isSettled && regions.every(({ equal }) => equal);
  } finally {
    await bench.close();
  }
}

/** What the workers say of their batches. */
function workers(batches: readonly BatchLine[]): string[] {
  const most = (of: (batch: BatchLine) => number) => Math.max(0, ...batches.map(of));
  const sum = (of: (batch: BatchLine) => number) => batches.reduce((all, it) => all + of(it), 0);
  return [
    `batches         ${batches.length}, ${sum(({ events }) => events)} events, ${sum(({ read }) => read)} reads, ${sum(({ spared }) => spared)} spared`,
    `batch time      mean ${Math.round(sum(({ milliseconds }) => milliseconds) / Math.max(1, batches.length))} ms, max ${most(({ milliseconds }) => milliseconds)} ms`,
    `most receives   ${most(({ receives }) => receives)} of a message`,
  ];
}

/** What the callback called, most often first. */
function callsBy(counts: readonly CallCount[], roleArn: string | undefined): string[] {
  return ['datazone', 'dynamodb', 'sqs'].map((name) => {
    const own = counts.filter(({ service, principalArn }) => service === name && principalArn === roleArn);
    const sum = own.reduce((all, { calls }) => all + calls, 0);
    const most = [...own].sort((a, b) => b.calls - a.calls).slice(0, 6);
    const each = most.map(({ operation, calls }) => `${operation} ${calls}`).join(', ');
    return `${`calls ${name}`.padEnd(15)} ${sum}: ${each}`;
  });
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number, 0 or more.');
  return value;
}

new Command()
  .name('npm run bench:changes --')
  .description('Measures how soon edits of a domain are in the vault, captured by events alone.')
  .option('--edits <count>', 'edits by an outside client', number, 1000)
  .option('--seconds <count>', 'time over which they are made', number, 60)
  .option('--assets <count>', 'assets per project before', number, 100)
  .option('--seed <number>', 'of edits and faults', number, 1)
  .option('--throttled <per cent>', "of the callback's calls of DataZone", number, 0)
  .option('--crashed <per cent>', "of the callback's calls of the vault at which it dies", number, 0)
  .option('--twice', 'every event comes twice', false)
  .option('--late <seconds>', 'longest delay of an event: they come in any order', number, 0)
  .option('--hidden <seconds>', "visibility timeout in place of the queue's own", number)
  .option('--wait <seconds>', 'longest wait for the queue to be empty after the last edit', number, 60)
  .action(async (options: Options) => {
    if (!(await measure(options))) process.exitCode = 1;
  })
  .parseAsync()
  .catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  });
