import { Command } from 'commander';
import { refuseBeyondHorizon } from '../../core/vault/horizon';
import { resourceAt } from '../../core/vault/point-in-time';
import { UsageError } from '../answer';
import { instant } from '../arguments';
import type { Cli } from '../program';
import { counted, nameOf, table } from '../table';

/** What there was of a kind, at any instant of the retention. */
export function list(cli: Cli): Command {
  return new Command('list')
    .description('lists the resources of a kind, now or as they were')
    .argument('<kind>', 'asset, glossaryTerm, project ...')
    .option('--at <time>', 'as they were at this time', (text) => instant(text))
    .action((kind: string, { at }: { readonly at?: string }, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const scopes = await here.scopes();
        const kinds = [...new Set(scopes.map((scope) => scope.kind))].sort();
        if (!kinds.includes(kind)) {
          throw new UsageError(`<kind> ${kind} is not in this vault. Give one of: ${kinds.join(', ')}.`);
        }
        const when = at ?? instant('now');
        await refuseBeyondHorizon(here, when);
        const found = [];
        for (const scope of scopes.filter((one) => one.kind === kind)) {
          for await (const head of here.heads(scope)) {
            const held = await resourceAt(here, scope, head, when);
            if (held?.live !== true) continue;
            const validFrom = held.version.split('~')[0] ?? '';
            found.push({ id: head.id, name: nameOf(head), scope: scope.scopeId, validFrom, hash: held.hash });
          }
        }
        const rows = found.map(({ id, name, scope, validFrom }) => [id, name, scope, validFrom]);
        const count = `${counted(found.length, 'resource')} of kind ${kind} at ${when}`;
        return { json: found, text: `${table(['ID', 'NAME', 'SCOPE', 'SINCE'], rows)}\n${count}` };
      }),
    );
}
