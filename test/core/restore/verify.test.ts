import assert from 'node:assert/strict';
import { isList, isObject } from '../../../core/catalog/json';
import type { Json, JsonObject, Kind, Reading } from '../../../core/catalog/kind';
import { portable } from '../../../core/restore/portable';
import { type RestoreArgs, verifyRestored } from '../../../core/restore/restore';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, profileOf, restoreArgs, restored } from './restore-bench';

describe('the verification of a restore', function () {
  this.timeout(600_000);

  for (const version of ['V1', 'V2'] as const) {
    it(`tells of each member of each kind that another has changed, in a ${version} domain`, async () => {
      const { bench } = await randomBench({ seed: 11, version });
      const { cutAt: instant } = await committed(bench);
      const args = restoreArgs(bench, emptyDomain(bench, version));
      const { verdict } = await restored(args, { instant });
      assert.equal(verdict.equal, true, verdict.differences.join('\n'));
      const restorer = await profileOf(args);
      const met = new Set<string>();
      for (const kind of bench.kinds) {
        const sample = (verdict.kinds[kind.name]?.equal ?? 0) > 0 ? await anyOf(args, kind) : undefined;
        if (sample === undefined) continue;
        for (const path of leaves(portable(kind, sample.record))) {
          const kinds = args.kinds.map((one) => (one === kind ? mutated(one, sample.id, path) : one));
          const selection = { kinds: [kind.name] };
          const { equal } = await verifyRestored({ ...args, kinds }, { instant, selection }, restorer);
          assert.equal(equal, false, `${kind.name} ${sample.id}: ${path.join('.')} was changed`);
        }
        met.add(kind.name);
      }
      assert.ok(met.size > 20, [...met].join());
    });
  }

  it('tells of what is missing, and of what somebody else has put there', async () => {
    const { bench } = await randomBench({ seed: 11, version: 'V1' });
    const { cutAt: instant } = await committed(bench);
    const args = restoreArgs(bench, emptyDomain(bench, 'V1'));
    await restored(args, { instant });
    const domain = { domainIdentifier: args.target.domainId };
    const { items } = bench.service.call('ListProjects', domain, bench.caller);
    const owningProjectIdentifier = items?.[0]?.id ?? '';
    const stranger = { ...bench.caller, principalArn: 'arn:aws:iam::111122223333:role/stranger' };
    bench.service.call('CreateGlossary', { ...domain, name: 'Not ours', owningProjectIdentifier }, stranger);

    const verdict = await verifyRestored(args, { instant, selection: {} }, await profileOf(args));

    assert.equal(verdict.equal, false);
    assert.equal(verdict.extras.byOthers.filter((line) => line.startsWith('glossary ')).length, 1);
  });
});

/** A restored resource of a kind, as the target shows it. */
async function anyOf({ target, vault }: RestoreArgs, kind: Kind): Promise<Reading | undefined> {
  for await (const item of vault.table.query(vault.keys.idMap(target.domainId))) {
    if (item.kind !== kind.name) continue;
    const reading = await kind.read(target, String(item.targetId));
    if (kind.restore?.madeByService?.(reading.record) === undefined) return reading;
  }
  return undefined;
}

type Path = readonly (string | number)[];

function leaves(value: Json, path: Path = []): Path[] {
  if (isList(value)) return value.flatMap((item, n) => leaves(item, [...path, n]));
  if (isObject(value)) return Object.entries(value).flatMap(([name, item]) => leaves(item, [...path, name]));
  return [path];
}

/** The kind as it reads a target in which one member of one resource was changed. */
function mutated(kind: Kind, id: string, path: Path): Kind {
  const seen = (reading: Reading): Reading =>
    reading.id === id ? { ...reading, record: changedAt(reading.record, path) as JsonObject } : reading;
  return {
    ...kind,
    enumerate: async (...args) => {
      const page = await kind.enumerate(...args);
      return { ...page, readings: page.readings.map(seen) };
    },
    read: async (...args) => seen(await kind.read(...args)),
  };
}

function changedAt(value: Json, [step, ...rest]: Path): Json {
  if (step === undefined) {
    if (typeof value === 'number') return value + 1;
    return typeof value === 'boolean' ? !value : `${String(value)} changed`;
  }
  if (isList(value)) return value.map((item, n) => (n === step ? changedAt(item, rest) : item));
  if (!isObject(value)) return value;
  return { ...value, [step]: changedAt(value[step] ?? null, rest) };
}
