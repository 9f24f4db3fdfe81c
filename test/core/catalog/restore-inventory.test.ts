import assert from 'node:assert/strict';
import type { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject, Kind, Reading } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { pick } from '../../../core/catalog/restoration';
import type { BackupBench } from '../../support/in-process-backup';
import { callerOf } from '../../support/wire-server';
import { randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs } from '../restore/restore-bench';
import { ByHand, readingsOf, restorationOf } from './restored-by-hand';

/** In the order in which they are made. */
const inventory = [
  ...['formTypeRevision', 'formType', 'assetTypeRevision', 'assetType'],
  ...['asset', 'assetFilter', 'attributeMetadata', 'timeSeriesPoint', 'dataProduct', 'lineageEvent', 'rule'],
];
const vocabulary = ['glossary', 'glossaryTerm'];
/** Parents first, to be read. */
const read = ['domainUnit', 'project', ...vocabulary, 'formType', 'assetType', ...inventory];

describe('what is restored of an inventory', function () {
  this.timeout(300_000);

  for (const version of ['V1', 'V2'] as const) {
    for (const seed of [1, 2, 3]) {
      describe(`of a ${version} domain made from ${seed}`, () => {
        let bench: BackupBench;
        let source: DataZoneSource;
        let found: ReadonlyMap<string, readonly Reading[]>;

        before(async () => {
          ({ bench } = await randomBench({ version, seed }));
          source = bench.reader();
          found = await readingsOf(source, bench.projectIds, read);
        });

        for (const name of inventory) {
          it(`has a key of its own, made of what it is said to be made of: ${name}`, () => {
            const { key, keyMembers } = restorationOf(kindByName(name));
            const readings = found.get(name) ?? [];
            const keys = readings.map(({ record }) => JSON.stringify(key(record)));

            assert.ok(readings.length > 0 || name.endsWith('Revision'));
            assert.equal(new Set(keys).size, keys.length);
            assert.deepEqual(
              readings.map(({ record }) => JSON.stringify(key(pick(record, ...keyMembers)))),
              keys,
            );
          });
        }

        it('is what it was, in another domain', async () => {
          const target = restoreArgs(bench, emptyDomain(bench, version)).target;
          const hand = new ByHand(source, target);
          await layGround(bench, hand, found);
          for (const name of [...vocabulary, ...inventory]) {
            const kind = kindByName(name);
            for (const reading of inOrder(kind, found.get(name) ?? [])) {
              if (kind.restore?.madeByService?.(reading.record) === undefined) await hand.make(kind, reading);
            }
          }
          // Revisions come again under their numbers, and no others beside them.
          const again = await readingsOf(target, [], ['formType', 'assetType', ...inventory.slice(0, 4)]);
          for (const name of inventory.slice(0, 4))
            assert.deepEqual(numbers(again, name), numbers(found, name));
        });

        it('becomes what it was again, where somebody has changed it', async () => {
          const hand = new ByHand(source, restoreArgs(bench, bench.domainId).target);
          await stay(hand, found);
          for (const [name, changes] of Object.entries(changesOf(found))) {
            const kind = kindByName(name);
            for (const reading of found.get(name) ?? []) {
              if (kind.restore?.madeByService?.(reading.record) !== undefined) continue;
              const making = await hand.making(kind, reading);
              const other = { ...making, clientToken: `${making.clientToken}-other` };
              await hand.change(kind, reading.id, { ...other, wanted: { ...making.wanted, ...changes } });
              await hand.change(kind, reading.id, making);
            }
          }
        });
      });
    }
  }
});

/** Projects and units that stand for the source's. */
async function layGround(
  { service }: BackupBench,
  hand: ByHand,
  found: ReadonlyMap<string, readonly Reading[]>,
): Promise<void> {
  const domainIdentifier = hand.target.domainId;
  const caller = callerOf('admin');
  const { rootDomainUnitId = '' } = service.call('GetDomain', { identifier: domainIdentifier }, caller);
  for (const { id, record } of found.get('domainUnit') ?? []) {
    const name = String(record.name);
    const input = { domainIdentifier, name, parentDomainUnitIdentifier: rootDomainUnitId };
    const isRoot = record.parentDomainUnitId === undefined;
    hand.map(
      'domainUnit',
      id,
      isRoot ? rootDomainUnitId : service.call('CreateDomainUnit', input, caller).id,
    );
  }
  for (const { id, record } of found.get('project') ?? []) {
    const input = { domainIdentifier, name: String(record.name) };
    hand.map('project', id, service.call('CreateProject', input, caller).id);
  }
}

/** In the domain itself everything stands for itself. */
async function stay(hand: ByHand, found: ReadonlyMap<string, readonly Reading[]>): Promise<void> {
  for (const [name, readings] of found) for (const { id } of readings) hand.map(name, id, id);
}

function inOrder({ restore }: Kind, readings: readonly Reading[]): readonly Reading[] {
  const rank = restore?.rank;
  return rank === undefined ? readings : [...readings].sort((a, b) => rank(a.record) - rank(b.record));
}

function numbers(found: ReadonlyMap<string, readonly Reading[]>, name: string): string[] {
  return (found.get(name) ?? []).map(({ record }) => `${record.name} ${record.revision}`).sort();
}

/** Another content for whatever can be changed. */
function changesOf(found: ReadonlyMap<string, readonly Reading[]>): Readonly<Record<string, JsonObject>> {
  const ids = (name: string, isFit: (record: JsonObject) => boolean): string[] =>
    (found.get(name) ?? []).filter(({ record }) => isFit(record)).map(({ id }) => id);
  const governing = ids('glossaryTerm', ({ usageRestrictions }) => usageRestrictions !== undefined).sort();
  const terms = ids('glossaryTerm', ({ usageRestrictions }) => usageRestrictions === undefined).sort();
  const form = {
    formName: 'Extra',
    typeName: 'amazon.datazone.SubscriptionTermsFormType',
    typeRevision: '1',
    content: '{"approvalRequired":"true"}',
  };
  return {
    formType: { description: 'other', status: 'DISABLED' },
    assetType: { description: 'other' },
    asset: { name: 'other', glossaryTerms: terms.slice(0, 2), governedGlossaryTerms: governing },
    assetFilter: {
      name: 'other',
      description: 'other',
      configuration: { columnConfiguration: { includedColumnNames: ['order id'] } },
    },
    attributeMetadata: { forms: [form] },
    dataProduct: { description: 'other', formsOutput: [form] },
    rule: { name: 'other', description: 'other', scope: { dataProduct: true } },
  };
}
