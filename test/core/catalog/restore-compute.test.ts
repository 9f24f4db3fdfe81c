import assert from 'node:assert/strict';
import type { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject, Reading } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { pick } from '../../../core/catalog/restoration';
import type { BackupBench } from '../../support/in-process-backup';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored } from '../restore/restore-bench';
import { ByHand, readingsOf, restorationOf } from './restored-by-hand';

const domainKinds = [
  ...['accountPool', 'environmentBlueprint', 'environmentBlueprintConfiguration'],
  ...['projectProfile', 'environmentProfile', 'domainConnection'],
];
const projectKinds = [
  ...['environment', 'environmentAction', 'connection', 'subscriptionTarget', 'dataSource', 'notebook'],
];
const compute = [...domainKinds, ...projectKinds];

/** Another content for whatever can be changed. */
const changes: Readonly<Record<string, JsonObject>> = {
  accountPool: {
    description: 'other',
    accountSource: { accounts: [{ awsAccountId: '999900001111', supportedRegions: ['eu-west-1'] }] },
  },
  environmentBlueprint: { description: 'other', userParameters: [{ keyName: 'other', fieldType: 'String' }] },
  environmentBlueprintConfiguration: {
    enabledRegions: ['eu-central-1'],
    regionalParameters: { 'eu-central-1': { S3Location: 's3://other' } },
  },
  projectProfile: { name: 'other', description: 'other', projectResourceTagsDescription: 'other' },
  environmentProfile: { description: 'other', userParameters: [{ keyName: 'size', defaultValue: 'XL' }] },
  environment: { description: 'other', userParameters: [{ keyName: 'size', defaultValue: 'XL' }] },
  environmentAction: { description: 'other', parameters: { awsConsoleLink: { uri: 'https://other' } } },
  domainConnection: { props: { s3Properties: { s3Uri: 's3://other/' } } },
  connection: { configurations: [{ classification: 'other', properties: { a: 'b' } }] },
  subscriptionTarget: {
    name: 'other',
    authorizedPrincipals: ['arn:aws:iam::111122223333:role/other'],
    applicableAssetTypes: ['amazon.datazone.GlueTableAssetType'],
    subscriptionTargetConfig: [{ formName: 'Other', content: '{}' }],
  },
  dataSource: {
    name: 'other',
    description: 'other',
    publishOnImport: true,
    configuration: {
      glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'other' }] },
    },
    recommendation: { enableBusinessNameGeneration: true },
  },
  notebook: {
    name: 'other',
    status: 'ARCHIVED',
    parameters: { other: '1' },
    environmentConfiguration: { imageVersion: '3', packageConfig: { packageManager: 'UV' } },
  },
};

describe('what the projects of a domain compute with, when it is restored', () => {
  for (const version of ['V1', 'V2'] as const) {
    const kinds = compute.filter((name) => kindByName(name).versions.includes(version));
    for (const seed of [1, 2, 3]) {
      describe(`of a ${version} domain made from ${seed}`, () => {
        let bench: BackupBench;
        let source: DataZoneSource;
        let found: ReadonlyMap<string, readonly Reading[]>;

        before(async () => {
          ({ bench } = await randomBench({ version, seed }));
          source = bench.reader();
          const parents = ['domainUnit', 'project', 'glossary', 'glossaryTerm'];
          found = await readingsOf(source, bench.projectIds, [...parents, ...kinds]);
        });

        for (const name of kinds) {
          it(`has a key of its own, made of what it is said to be made of: ${name}`, () => {
            const { key, keyMembers } = restorationOf(kindByName(name));
            const readings = found.get(name) ?? [];
            const keys = readings.map(({ record }) => JSON.stringify(key(record)));

            assert.ok(readings.length > 0);
            assert.equal(new Set(keys).size, keys.length);
            assert.deepEqual(
              readings.map(({ record }) => JSON.stringify(key(pick(record, ...keyMembers)))),
              keys,
            );
          });
        }

        it('becomes what it was again, where somebody has changed it', async () => {
          const hand = new ByHand(source, restoreArgs(bench, bench.domainId).target);
          for (const [name, readings] of found) for (const { id } of readings) hand.map(name, id, id);
          for (const name of kinds) {
            const kind = kindByName(name);
            for (const reading of found.get(name) ?? []) {
              if (kind.restore?.madeByService?.(reading.record) !== undefined) continue;
              const making = await hand.making(kind, reading);
              const other = { ...making, clientToken: `${making.clientToken}-other` };
              await hand.change(kind, reading.id, {
                ...other,
                wanted: { ...making.wanted, ...changes[name] },
              });
              await hand.change(kind, reading.id, making);
            }
          }
        });

        it('is whole in an empty domain', async () => {
          const { cutAt: instant } = await committed(bench, { projects: 'all' });
          const { verdict, outcomes } = await restored(restoreArgs(bench, emptyDomain(bench, version)), {
            instant,
          });

          const failed = outcomes.filter(
            ({ kind, outcome }) => kinds.includes(kind) && (outcome === 'FAILED' || outcome === 'CONFLICT'),
          );
          assert.deepEqual(failed, []);
          for (const name of kinds) {
            const { equal = 0, ...others } = verdict.kinds[name] ?? {};
            assert.deepEqual([name, others], [name, { different: 0, missing: 0, manual: 0 }]);
            assert.ok(equal >= (found.get(name) ?? []).length, name);
          }
        });
      });
    }
  }
});
