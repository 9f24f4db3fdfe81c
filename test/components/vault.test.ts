import assert from 'node:assert/strict';
import type { OnDestroy } from '../../components/on-destroy';
import type { Place } from '../../components/place';
import { VaultKeys } from '../../components/vault-keys';
import { VaultTable } from '../../components/vault-table';
import { type Deployment, deploy, statementsOf } from '../support/deployment';

const place: Place = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
const secondaryRegion = 'us-west-2';

function deployVault(onDestroy: OnDestroy): Promise<Deployment> {
  return deploy(() => {
    const { tableKeyArn, replicaKeyArn } = new VaultKeys('keys', { place, secondaryRegion, onDestroy });
    const table = new VaultTable('vault', { tableKeyArn, replicaKeyArn, secondaryRegion, onDestroy });
    return { tableArn: table.tableArn, replicaTableArn: table.replicaTableArn };
  });
}

describe('The vault', () => {
  let vault: Deployment;
  const table = () => vault.one('aws:dynamodb/table:Table', 'vault');
  const key = () => vault.one('aws:kms/key:Key', 'keys');
  const replicaKey = () => vault.one('aws:kms/replicaKey:ReplicaKey', 'keys-replica');

  before(async () => {
    vault = await deployVault('retain');
  });

  it('is a table on demand with string keys, whose changes can be streamed', () => {
    const { billingMode, hashKey, rangeKey, attributes, streamEnabled, streamViewType } = table().inputs;

    assert.deepEqual(
      { billingMode, hashKey, rangeKey, attributes, streamEnabled, streamViewType },
      {
        billingMode: 'PAY_PER_REQUEST',
        hashKey: 'pk',
        rangeKey: 'sk',
        attributes: [
          { name: 'pk', type: 'S' },
          { name: 'sk', type: 'S' },
        ],
        streamEnabled: true,
        streamViewType: 'NEW_AND_OLD_IMAGES',
      },
    );
  });

  it('is encrypted with a customer key of each Region', () => {
    assert.deepEqual(table().inputs.serverSideEncryption, { enabled: true, kmsKeyArn: key().state.arn });
    assert.match(String(replicaKey().state.arn), /^arn:aws:kms:us-west-2:123456789012:key\/mrk-/);
  });

  it('has one replica, as well protected as the table', () => {
    assert.deepEqual(table().inputs.replicas, [
      {
        regionName: 'us-west-2',
        kmsKeyArn: replicaKey().state.arn,
        pointInTimeRecovery: true,
        deletionProtectionEnabled: true,
        propagateTags: true,
      },
    ]);
  });

  it('tells where both copies stand', () => {
    const { tableArn, replicaTableArn } = vault.graph.outputs;

    assert.equal(tableArn, table().state.arn);
    assert.equal(replicaTableArn, String(tableArn).replace('us-east-1', 'us-west-2'));
  });

  it('can be recovered to a point in time and lets expired items go', () => {
    assert.deepEqual(table().inputs.pointInTimeRecovery, { enabled: true });
    assert.deepEqual(table().inputs.ttl, { attributeName: 'expiresAt', enabled: true });
  });

  it('shows its busiest keys in both Regions', () => {
    const places = vault
      .ofType('aws:dynamodb/contributorInsights:ContributorInsights')
      .map(({ inputs }) => [inputs.tableName, inputs.region]);

    assert.deepEqual(places, [
      [table().id, undefined],
      [table().id, 'us-west-2'],
    ]);
  });

  it('rotates its key, which every Region can use by itself', () => {
    const { multiRegion, enableKeyRotation, deletionWindowInDays } = key().inputs;

    assert.deepEqual([multiRegion, enableKeyRotation, deletionWindowInDays], [true, true, 30]);
    assert.equal(replicaKey().inputs.primaryKeyArn, key().state.arn);
    assert.equal(replicaKey().inputs.region, 'us-west-2');
  });

  it('lets nobody use a key but the account, and others only through the table of that Region', () => {
    for (const [policy, region] of [
      [key().inputs.policy, 'us-east-1'],
      [replicaKey().inputs.policy, 'us-west-2'],
    ]) {
      assert.deepEqual(statementsOf(policy), [
        {
          Sid: 'Account',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::123456789012:root' },
          Action: ['kms:*'],
          Resource: '*',
        },
        {
          Sid: 'Table',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            'kms:CreateGrant',
            'kms:Decrypt',
            'kms:DescribeKey',
            'kms:Encrypt',
            'kms:GenerateDataKey*',
            'kms:ReEncrypt*',
          ],
          Resource: '*',
          Condition: {
            StringEquals: {
              'kms:CallerAccount': '123456789012',
              'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
            },
          },
        },
      ]);
    }
  });

  describe('on destroy', () => {
    const expected = {
      refuse: { protect: true, retainOnDelete: false, deletionProtection: true },
      retain: { protect: false, retainOnDelete: true, deletionProtection: true },
      delete: { protect: false, retainOnDelete: false, deletionProtection: false },
    };
    for (const [onDestroy, flags] of Object.entries(expected)) {
      it(`treats table, replica and keys alike: ${onDestroy}`, async () => {
        const deployed = await deployVault(onDestroy as OnDestroy);
        const custom = deployed.graph.resources.filter((resource) => resource.custom);
        const { inputs } = deployed.one('aws:dynamodb/table:Table', 'vault');
        const [replica] = inputs.replicas as { deletionProtectionEnabled: boolean }[];

        for (const { name, type, protect, retainOnDelete } of custom) {
          assert.deepEqual(
            [protect, retainOnDelete],
            [flags.protect, flags.retainOnDelete],
            `${type} ${name}`,
          );
        }
        assert.equal(custom.length, 7);
        assert.equal(inputs.deletionProtectionEnabled, flags.deletionProtection);
        assert.equal(replica?.deletionProtectionEnabled, flags.deletionProtection);
      });
    }
  });
});
