import { Command } from 'commander';
import { continuations } from '../../core/restore/continuation';
import type { Version } from '../../core/vault/items';
import { versionParts } from '../../core/vault/keys';
import type { Vault } from '../../core/vault/vault';
import { UsageError } from '../answer';
import type { Cli } from '../program';
import { table } from '../table';

/** Everything that a resource ever was, under whatever id. */
export function history(cli: Cli): Command {
  return new Command('history')
    .description('shows the versions of a resource, oldest first, and the content of its newest')
    .argument('<kind>', 'asset, glossaryTerm, project ...')
    .argument('<id>', 'as dzr list prints it')
    .action((kind: string, id: string, _options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const versions: Version[] = [];
        const ids = await continuations(here, kind, id);
        const line = new Set<string>();
        for (const one of ids.keys()) {
          const ofOne: Version[] = [];
          for await (const version of here.versions(kind, one)) ofOne.push(version);
          for (const current of await currentLine(here, kind, one, ofOne)) line.add(`${one} ${current}`);
          versions.push(...ofOne);
        }
        versions.sort((one, other) => (one.sk < other.sk ? -1 : 1));
        const newest = versions.findLast(({ state }) => state === 'LIVE');
        if (newest === undefined) {
          throw new UsageError(
            `<id> ${id} is no ${kind} that the vault in ${here.table.region} knows. Give one that dzr list ${kind} prints.`,
          );
        }
        const told = versions.map(({ id: of, sk, state, hash, source, changedAt }) => ({
          id: of,
          continues: ids.get(of),
          version: sk,
          validFrom: versionParts(sk).validFrom,
          state,
          hash,
          source,
          changedAt,
          // A version beside the line lost a race against another writer: it was never what the vault showed.
          wasCurrent: line.has(`${of} ${sk}`),
        }));
        const content = await here.payload(kind, newest);
        const rows = told.map(({ id: of, continues, validFrom, state, source, hash, wasCurrent }) => [
          validFrom,
          state,
          source,
          hash.slice(0, 12),
          ...(ids.size > 1 ? [of, continues === undefined ? '' : `continues ${continues}`] : []),
          wasCurrent ? '' : 'never current',
        ]);
        const more = ids.size > 1 ? ['ID', ''] : [];
        const text = table(['SINCE', 'STATE', 'SOURCE', 'HASH', ...more, ''], rows);
        return { json: { versions: told, content }, text: `${text}\n\n${JSON.stringify(content, null, 2)}` };
      }),
    );
}

/** The versions that a head has named, in whichever scope the resource was. */
async function currentLine(
  vault: Vault,
  kind: string,
  id: string,
  versions: readonly Version[],
): Promise<ReadonlySet<string>> {
  const bySk = new Map(versions.map((version) => [version.sk, version]));
  const line = new Set<string>();
  for (const scopeId of new Set(versions.map(({ scope }) => scope))) {
    let sk = (await vault.head({ kind, scopeId }, id))?.version;
    while (sk !== undefined) {
      line.add(sk);
      sk = bySk.get(sk)?.previous;
    }
  }
  return line;
}
