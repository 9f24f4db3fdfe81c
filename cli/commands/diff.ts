import { Command } from 'commander';
import { type ChangeLatency, changeLatency } from '../../core/vault/change-latency';
import { type Change, changesBetween } from '../../core/vault/changes';
import { UsageError } from '../answer';
import { instant } from '../arguments';
import type { Cli } from '../program';
import { nameOf, table } from '../table';

interface Told {
  readonly what: Change['what'];
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  /** Hashes of the contents; undefined where the resource was not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What changed since yesterday? */
export function diff(cli: Cli): Command {
  return new Command('diff')
    .description(
      'shows what was created, changed or deleted between two times, and how soon events brought it in; exit code 1 if anything was',
    )
    .argument('<from>', 'a time, or yesterday, 6h, 7d ago', (text) => instant(text))
    .argument('[to]', 'a time', (text) => instant(text))
    .action((from: string, given: string | undefined, _options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const to = given ?? instant('now');
        if (from > to)
          throw new UsageError(`<from> ${from} is after <to> ${to}. Give the earlier time first.`);
        const changes: Told[] = [];
        for await (const { what, scope, head, before, after } of changesBetween(here, from, to)) {
          changes.push({
            what,
            kind: scope.kind,
            id: head.id,
            name: nameOf(head),
            scope: scope.scopeId,
            before: before?.hash,
            after: after?.hash,
          });
        }
        changes.sort((a, b) => (`${a.kind} ${a.what} ${a.name}` < `${b.kind} ${b.what} ${b.name}` ? -1 : 1));
        const number = (what: string) => changes.filter((change) => change.what === what).length;
        const sum = `${number('created')} created, ${number('changed')} changed, ${number('deleted')} deleted`;
        const rows = changes.map(({ kind, what, name, id }) => [kind, what, name, id]);
        const lines = changes.length === 0 ? [] : [table(['KIND', 'WHAT', 'NAME', 'ID'], rows)];
        const latency = await changeLatency(here, { from, to });
        const text = [...lines, `${sum} from ${from} to ${to}`, ...latencyLines(latency)].join('\n');
        return { json: { from, to, changes, latency }, text, found: changes.length > 0 };
      }),
    );
}

function latencyLines(latency: ChangeLatency | undefined): string[] {
  if (latency === undefined) return [];
  const { events, p50Ms, p95Ms, maxMs, isCut } = latency;
  const [p50, p95, most] = [p50Ms, p95Ms, maxMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
  const of = isCut ? `the first ${events}` : String(events);
  return [`${of} brought in by events, from event to vault: p50 ${p50}, p95 ${p95}, max ${most}`];
}
