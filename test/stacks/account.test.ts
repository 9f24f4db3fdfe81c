import assert from 'node:assert/strict';
import { ComputedProvider } from '../../local/program/computed-provider';
import type { ResourceGraph } from '../../local/program/graph';
import { runProgram } from '../../local/program/run-program';
import { find, graphOf } from '../support/program';

const json = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);

for (const stack of ['datazone', 'smus'] as const) {
  describe(`how stack ${stack} works in its account`, () => {
    it('goes through two providers of the same Region, role, account and tags', async () => {
      const graph = await graphOf(stack);
      const aws = find(graph, 'pulumi:providers:aws', 'aws').inputs;
      const native = find(graph, 'pulumi:providers:aws-native', 'aws-native').inputs;

      const roleArn = 'arn:aws:iam::123456789012:role/datazone-resilience-deploy';
      const role = { roleArn, sessionName: 'datazone-resilience' };
      const tags = { application: 'data-governance', stage: 'dev', 'cost-center': 'data-governance' };
      assert.deepEqual(json(aws.assumeRoles), [role]);
      assert.deepEqual(json(native.assumeRole), role);
      for (const { region, allowedAccountIds, defaultTags } of [aws, native]) {
        assert.equal(region, 'eu-central-1');
        assert.deepEqual(json(allowedAccountIds), ['123456789012']);
        assert.deepEqual(json(defaultTags), { tags });
      }
    });

    it('leaves no resource to a default provider', async () => {
      const graph = await graphOf(stack);

      const custom = graph.resources.filter(({ custom, type }) => custom && !type.startsWith('pulumi:'));
      const own = new Set(
        graph.resources.filter(({ type }) => type.startsWith('pulumi:providers:')).map(({ urn }) => urn),
      );
      assert.ok(custom.length > 30);
      assert.deepEqual(
        custom.filter(({ provider }) => provider === undefined || !own.has(provider)).map(({ urn }) => urn),
        [],
      );
    });

    it('shows in a preview every resource that an up makes', async () => {
      const up = await graphOf(stack);

      const preview = await runProgram({ stack, provider: new ComputedProvider(), preview: true });

      const urns = (graph: ResourceGraph) => graph.resources.map(({ urn }) => urn).sort();
      assert.deepEqual(urns(preview), urns(up));
    });

    it('remembers in both Regions what the first up fixed', async () => {
      const graph = await graphOf(stack);

      for (const [name, region] of [
        ['first-deployment-primary', 'eu-central-1'],
        ['first-deployment-secondary', 'eu-west-1'],
      ] as const) {
        const { inputs } = find(graph, 'aws:ssm/parameter:Parameter', name);
        assert.equal(inputs.region, region);
        assert.equal(inputs.name, `/datazone-resilience/${stack}/first-deployment`);
        assert.deepEqual(json(inputs.value), {
          primaryRegion: 'eu-central-1',
          secondaryRegion: 'eu-west-1',
          flavour: stack,
          domainName: stack === 'datazone' ? 'Retail' : '',
        });
      }
    });
  });
}
