import assert from 'node:assert/strict';
import { accountPool } from '../../../core/catalog/account-pool';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import { environment } from '../../../core/catalog/environment';
import { environmentAction } from '../../../core/catalog/environment-action';
import { environmentBlueprint } from '../../../core/catalog/environment-blueprint';
import { environmentBlueprintConfiguration } from '../../../core/catalog/environment-blueprint-configuration';
import { environmentProfile } from '../../../core/catalog/environment-profile';
import type { Kind, Parent, Reading } from '../../../core/catalog/kind';
import { projectProfile } from '../../../core/catalog/project-profile';
import { ResourceAbsentError } from '../../../core/catalog/source';
import { subscriptionTarget } from '../../../core/catalog/subscription-target';
import { FilledCompute } from './filled-compute';

for (const version of ['V1', 'V2'] as const) {
  describe(`what the projects of a local domain of version ${version} compute with`, () => {
    const filled = new FilledCompute(version);
    let source: DataZoneSource;

    before(async () => {
      await filled.start();
      source = new DataZoneSource({ client: filled.fixture.client(), domainId: filled.domainId });
    });
    after(() => filled.fixture.stop());

    const kinds = [
      environmentBlueprint,
      environmentBlueprintConfiguration,
      accountPool,
      projectProfile,
      environmentProfile,
      environment,
      environmentAction,
      subscriptionTarget,
    ].filter((kind) => kind.versions.includes(version));

    for (const kind of kinds) {
      it(`is read whole, the same live, and with nothing unknown: ${kind.name}`, async () => {
        const readings = await all(kind);

        assert.equal(readings.length, filled.expected[kind.name]);
        assert.equal(new Set(readings.map(({ id }) => id)).size, readings.length);
        for (const enumerated of readings) {
          const live = await kind.read(source, enumerated.id, enumerated.scopeId);
          assert.deepEqual([live.record, live.scopeId], [enumerated.record, enumerated.scopeId]);
          for (const [name, facet] of Object.entries(live.facets)) {
            if (name.endsWith('.unknown')) assert.equal(facet, null, `${kind.name} ${name}`);
          }
        }
      });
    }

    it('never shows global parameters of a blueprint', async () => {
      const readings = await all(environmentBlueprintConfiguration);

      assert.ok(!JSON.stringify(readings).includes(filled.globalParameter));
    });

    it('shows what a deployment made once it has ended, and that in the list too', async () => {
      const id = await filled.newEnvironment('slow');
      const seen = async () => {
        const { listed = [] } = await environment.enumerate(source, filled.projectId);
        const { record } = await environment.read(source, id);
        return { summary: listed.find((item) => item.id === id)?.summary, made: record.provisionedResources };
      };
      const before = await seen();

      filled.passDeployment();

      const after = await seen();
      assert.equal(before.made, undefined);
      assert.equal((after.made as unknown[]).length, 1);
      assert.notDeepEqual(after.summary, before.summary);
      await filled.deleteEnvironment(id);
      await assert.rejects(environment.read(source, id), ResourceAbsentError);
    });

    async function all(kind: Kind): Promise<Reading[]> {
      const parents: (Parent | undefined)[] =
        kind.parentage === undefined
          ? [undefined]
          : (await all(environment)).map(({ id, record, facets }) => ({
              kind: 'environment',
              id,
              content: async () => ({ record, facets }),
            }));
      const scopeId = kind.scope === 'domain' ? filled.domainId : filled.projectId;
      const readings: Reading[] = [];
      for (const parent of parents) {
        let cursor: string | undefined;
        do {
          const page = await kind.enumerate(source, scopeId, cursor, parent);
          readings.push(...page.readings);
          for (const { id } of page.listed ?? []) readings.push(await kind.read(source, id, scopeId));
          cursor = page.cursor;
        } while (cursor !== undefined);
      }
      return readings;
    }
  });
}
