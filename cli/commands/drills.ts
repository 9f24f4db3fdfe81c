import { Command } from 'commander';
import { drills as allDrills, type Drill, readDrill } from '../../core/vault/drill';
import { durationText } from '../actions';
import type { Cli } from '../program';
import { table } from '../table';
import { isLeft, linesOf, told, verdictOf } from './drill';

/** When was a restore tried last, and did it work? */
export function drills(cli: Cli): Command {
  return new Command('drills')
    .description('lists the drills of both Regions, newest first, or shows one')
    .argument('[drill]', 'when it was started')
    .action((startedAt: string | undefined, _options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        if (startedAt !== undefined) {
          const one = await readDrill(here, startedAt);
          return { json: told(one), text: linesOf(one).join('\n') };
        }
        const found: Drill[] = [];
        for await (const one of allDrills(here)) found.push(one);
        const rows = found.map((one) => [
          one.startedAt,
          one.region,
          one.snapshot,
          verdictOf(one),
          one.seconds === undefined ? '-' : durationText(one.seconds),
          isLeft(one) ? (one.domainId ?? 'unknown') : '-',
        ]);
        const headings = ['DRILL', 'REGION', 'SNAPSHOT', 'OUTCOME', 'TOOK', 'LEFT'];
        const text = found.length === 0 ? 'There was no drill yet.' : table(headings, rows);
        return { json: found.map(told), text };
      }),
    );
}
