import assert from 'node:assert/strict';
import { compareVault } from '../../../local/compare/compare-vault';
import type { Given, OperationName } from '../../../local/datazone/service';
import { BackupBench } from '../../support/in-process-backup';
import { accountId } from '../../support/wire-server';

const role = `arn:aws:iam::${accountId}:role/Analyst`;
const common = [
  ...['environmentBlueprint', 'environmentBlueprintConfiguration', 'environment'],
  ...['environmentAction', 'subscriptionTarget'],
];

for (const [version, kinds] of [
  ['V1', [...common, 'environmentProfile']],
  ['V2', [...common, 'accountPool', 'projectProfile']],
] as const) {
  describe(`a backup of what projects of version ${version} compute with`, () => {
    let bench: BackupBench;
    let blueprintId: string;
    let environmentIds: string[];

    beforeEach(async () => {
      bench = await BackupBench.start({ version, projects: 2, assets: 1, inMemory: true });
      blueprintId = configuredBlueprint();
      if (version === 'V2') addPoolAndProfile();
      else addEnvironmentProfile();
      environmentIds = bench.projectIds.map(newEnvironment);
    });

    afterEach(() => bench.stop());

    it('has all of it', async () => {
      const { differences, compared } = await backup();

      assert.deepEqual(differences, []);
      for (const kind of kinds) assert.ok((compared[kind] ?? 0) > 0, kind);
    });

    it('follows what people change, though a list may show nothing of it', async () => {
      await backup();

      configuredBlueprint(['eu-west-1', 'eu-west-3']);
      for (const identifier of environmentIds) {
        call('UpdateEnvironment', { identifier, userParameters: [{ name: 'size', value: 'large' }] });
      }
      if (version === 'V2') {
        const pools = call('ListAccountPools', {}).items;
        call('UpdateAccountPool', {
          identifier: pools?.[0]?.id ?? '',
          accountSource: accounts('444455556666'),
        });
      }

      assert.deepEqual((await backup()).differences, []);
    });

    it('buries what an environment held with it', async () => {
      await backup();

      call('DeleteEnvironment', { identifier: environmentIds[0] ?? '' });
      const { differences, compared } = await backup();

      assert.deepEqual(differences, []);
      assert.deepEqual([compared.environmentAction, compared.subscriptionTarget], [1, 1]);
    });

    async function backup() {
      const result = await bench.run();
      assert.ok('cutAt' in result && result.status === 'COMPLETE', JSON.stringify(result));
      return compareVault(bench.adminClient(), bench.vault(), result.cutAt, bench.projectIds);
    }

    function call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>) {
      const whole = { ...input, domainIdentifier: bench.domainId } as unknown as Given<N>;
      return bench.service.call(operation, whole, bench.caller);
    }

    function configuredBlueprint(enabledRegions = ['eu-west-1']): string {
      const { items } = call('ListEnvironmentBlueprints', { managed: true });
      const environmentBlueprintIdentifier = items[0]?.id ?? assert.fail();
      call('PutEnvironmentBlueprintConfiguration', { environmentBlueprintIdentifier, enabledRegions });
      return environmentBlueprintIdentifier;
    }

    function addEnvironmentProfile(): void {
      call('CreateEnvironmentProfile', {
        name: 'Lake',
        environmentBlueprintIdentifier: blueprintId,
        projectIdentifier: bench.projectIds[0] ?? '',
        userParameters: [{ name: 'size', value: 'small' }],
      });
    }

    function addPoolAndProfile(): void {
      const pool = call('CreateAccountPool', {
        name: 'Lake accounts',
        resolutionStrategy: 'MANUAL',
        accountSource: accounts('111122223333'),
      });
      call('CreateProjectProfile', {
        name: 'Analytics',
        environmentConfigurations: [
          { name: 'Lake', environmentBlueprintId: blueprintId, accountPools: [pool.id ?? ''] },
        ],
      });
    }

    function newEnvironment(projectIdentifier: string): string {
      const { id: environmentIdentifier = '' } = call('CreateEnvironment', {
        projectIdentifier,
        name: 'dev',
        environmentBlueprintIdentifier: blueprintId,
        userParameters: [{ name: 'size', value: 'small' }],
      });
      call('CreateEnvironmentAction', {
        environmentIdentifier,
        name: 'Query',
        parameters: { awsConsoleLink: { uri: 'https://console.aws.amazon.com/athena' } },
      });
      call('CreateSubscriptionTarget', {
        environmentIdentifier,
        name: 'Lake',
        type: 'GlueSubscriptionTargetType',
        manageAccessRole: role,
        authorizedPrincipals: [role],
        applicableAssetTypes: ['amazon.datazone.GlueTableAssetType'],
        subscriptionTargetConfig: [{ formName: 'GlueSubscriptionTargetConfigForm', content: '{}' }],
      });
      return environmentIdentifier;
    }
  });
}

const accounts = (awsAccountId: string) => ({
  accounts: [{ awsAccountId, supportedRegions: ['eu-west-1'] }],
});
