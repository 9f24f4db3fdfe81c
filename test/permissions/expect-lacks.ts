import assert from 'node:assert/strict';
import { kindsOf } from '../../core/catalog/registry';
import type { ProbedCloud } from './probed-cloud';
import type { Lack, ReadBatch } from './read-batches';

/** Takes a batch's actions away for one run: it lacks what the batch says, and names each action where it is missed. */
export async function expectLacks(probed: ProbedCloud, batch: ReadBatch): Promise<void> {
  for (const kind of batch.deleted ?? []) probed.spares.delete(kind);
  const granted = Object.entries(batch.without).filter(([operation]) => probed.reads(operation));
  const giveBack = granted.map(([operation]) =>
    probed.without('backup-capture', 'CalledDomain', `datazone:${operation}`),
  );
  const { manifest } = await probed.run();
  for (const give of giveBack) give();

  assert.equal(manifest?.status, 'PARTIAL');
  assert.deepEqual(
    {
      unreadable: missed(manifest.unreadable?.first ?? [], granted),
      unresolved: missed(manifest.unresolved?.first ?? [], granted),
    },
    {
      unreadable: withChildren(probed, told(probed, granted, 'unreadable')),
      unresolved: told(probed, granted, 'unresolved'),
    },
  );
}

type Lacks = Readonly<Record<string, string>>;
type Granted = readonly (readonly [operation: string, lack: Lack])[];

const parents = 'what it is listed under';

/** By kind, the one action that its findings name. */
function missed(findings: readonly string[], granted: Granted): Lacks {
  const named = findings.map((line) => {
    const kind = /^\w+/.exec(line)?.[0] ?? '';
    const action = granted.find(([operation]) => line.includes(`perform: datazone:${operation} `))?.[0];
    return [kind, action ?? (line.includes(`${parents} is unreadable`) ? parents : line)] as const;
  });
  for (const [kind, action] of named) {
    assert.deepEqual(
      named.filter(([other, its]) => other === kind && its !== action),
      [],
    );
  }
  return sorted(named);
}

function told(probed: ProbedCloud, granted: Granted, what: keyof Lack): Lacks {
  const has = new Set(kindsOf(probed.version).map(({ name }) => name));
  return sorted(
    granted.flatMap(([operation, lack]) =>
      (lack[what] ?? []).filter((kind) => has.has(kind)).map((kind) => [kind, operation] as const),
    ),
  );
}

function withChildren(probed: ProbedCloud, lacks: Lacks): Lacks {
  const children = kindsOf(probed.version)
    .filter(({ name }) => !Object.hasOwn(lacks, name))
    .filter(({ parentage }) => parentage?.kinds.some((kind) => Object.hasOwn(lacks, kind)))
    .map(({ name }) => [name, parents] as const);
  return children.length === 0
    ? lacks
    : withChildren(probed, sorted([...Object.entries(lacks), ...children]));
}

function sorted(entries: readonly (readonly [string, string])[]): Lacks {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}
