import { Command } from 'commander';
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
    .description('shows what was created, changed or deleted between two times; exit code 1 if anything was')
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
        const text = [...lines, `${sum} from ${from} to ${to}`].join('\n');
        return { json: { from, to, changes }, text, found: changes.length > 0 };
      }),
    );
}
