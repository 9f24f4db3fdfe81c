import assert from 'node:assert/strict';
import { assetType } from '../../../core/catalog/asset-type';
import { dataExportConfiguration } from '../../../core/catalog/data-export-configuration';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import { domainUnit } from '../../../core/catalog/domain-unit';
import { domainUnitOwner } from '../../../core/catalog/domain-unit-owner';
import { environmentBlueprintConfiguration } from '../../../core/catalog/environment-blueprint-configuration';
import { environmentProfile } from '../../../core/catalog/environment-profile';
import { groupProfile } from '../../../core/catalog/group-profile';
import type { Kind, Parent, Reading } from '../../../core/catalog/kind';
import { policyGrant } from '../../../core/catalog/policy-grant';
import { membership } from '../../../core/catalog/project-membership';
import { rule } from '../../../core/catalog/rule';
import { ResourceAbsentError } from '../../../core/catalog/source';
import { userProfile } from '../../../core/catalog/user-profile';
import type { Given } from '../../../local/datazone/service';
import { Fixture } from '../../local/datazone/fixture';
import { accountId } from '../../support/wire-server';

const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

const parents: readonly Kind[] = [
  domainUnit,
  environmentBlueprintConfiguration,
  environmentProfile,
  assetType,
];
const kinds: readonly Kind[] = [
  userProfile,
  groupProfile,
  domainUnit,
  domainUnitOwner,
  policyGrant,
  rule,
  membership,
  dataExportConfiguration,
];

for (const version of ['V1', 'V2'] as const) {
  describe(`who is who and may do what in a ${version} domain`, () => {
    let fixture: Fixture;
    let source: DataZoneSource;
    let domainIdentifier: string;
    let root: string;
    let retail: string;
    let projectId: string;
    let analysts: string;
    let anna: string;
    const read = new Map<string, readonly Reading[]>();

    before(async () => {
      fixture = await new Fixture().start();
      domainIdentifier = fixture.domain(version);
      source = new DataZoneSource({ client: fixture.client(), domainId: domainIdentifier });
      fill();
      for (const kind of [...parents, ...kinds]) {
        if (kind.versions.includes(version)) read.set(kind.name, await all(kind));
      }
    });
    after(() => fixture.stop());

    it('is read whole, and the same from a list and live', async () => {
      for (const kind of kinds) {
        const readings = found(kind);
        assert.ok(readings.length > 0, kind.name);
        for (const { id, scopeId, record } of readings) {
          const live = await kind.read(source, id, scopeId);

          assert.deepEqual([live.id, live.scopeId], [id, scopeId]);
          assert.deepEqual(live.record, record, `${kind.name} ${id}`);
          assert.equal(scopeId, kind.scope === 'domain' ? domainIdentifier : projectId);
        }
      }
    });

    it('leaves nothing unknown', async () => {
      for (const kind of kinds) {
        for (const { facets } of found(kind)) {
          assert.ok(
            Object.entries(facets).every(([name, found]) => !name.endsWith('.unknown') || found === null),
          );
        }
      }
    });

    it('names grants by entity, policy and id, with the entities that have some', async () => {
      const grants = found(policyGrant);
      const places = grants.map(({ record }) => `${record.entityType} ${record.policyType}`).sort();

      const everywhere = [
        'ASSET_TYPE USE_ASSET_TYPE',
        'DOMAIN_UNIT ADD_TO_PROJECT_MEMBER_POOL',
        'DOMAIN_UNIT ADD_TO_PROJECT_MEMBER_POOL',
        'DOMAIN_UNIT CREATE_DOMAIN_UNIT',
        'DOMAIN_UNIT CREATE_GLOSSARY',
        'DOMAIN_UNIT CREATE_PROJECT',
      ];
      const ofV1 = [
        'ENVIRONMENT_BLUEPRINT_CONFIGURATION CREATE_ENVIRONMENT_PROFILE',
        'ENVIRONMENT_PROFILE CREATE_ENVIRONMENT',
      ];
      const ofV2 = [
        'DOMAIN_UNIT CREATE_PROJECT_FROM_PROJECT_PROFILE',
        'ENVIRONMENT_BLUEPRINT_CONFIGURATION CREATE_ENVIRONMENT_FROM_BLUEPRINT',
      ];
      assert.deepEqual(places, [...everywhere, ...(version === 'V1' ? ofV1 : ofV2)].sort());
      const configuration = grants.find(({ id }) => id.startsWith('ENVIRONMENT_BLUEPRINT_CONFIGURATION/'));
      assert.match(configuration?.id ?? '', new RegExp(`/${accountId}%3A`));
      assert.ok(
        policyGrant
          .references(configuration?.record ?? {}, { formModel: () => undefined })
          .some(({ kind, id }) => kind === 'environmentBlueprintConfiguration' && !id.includes(':')),
      );
    });

    it('points to nothing that is not there', async () => {
      const there = new Set([`project ${projectId}`]);
      for (const [name, readings] of read) for (const { id } of readings) there.add(`${name} ${id}`);
      const known = new Set([...there].map((one) => one.split(' ')[0]));
      for (const kind of kinds) {
        for (const { record } of found(kind)) {
          for (const reference of kind.references(record, { formModel: () => undefined })) {
            if (!known.has(reference.kind)) continue;
            assert.ok(there.has(`${reference.kind} ${reference.id}`), `${kind.name} ${reference.path}`);
          }
        }
      }
    });

    it('shows a person of the Identity Center whom no search of the domain shows', async () => {
      const people = found(userProfile);

      assert.ok(people.some(({ record }) => record.status === 'NOT_ASSIGNED'));
      assert.equal(new Set(people.map(({ id }) => id)).size, 4);
    });

    it('asks AWS only once for what never changes of the domain', async () => {
      const before = source.requestCounts().GetDomain;

      await all(policyGrant);

      assert.equal(source.requestCounts().GetDomain, before);
    });

    it('is absent where it is gone, also where the list itself is', async () => {
      const gone = { domainIdentifier, name: 'Short-lived', parentDomainUnitIdentifier: root };
      const { id: entityIdentifier } = fixture.call('CreateDomainUnit', gone);
      const entity = { domainIdentifier, entityType: 'DOMAIN_UNIT', entityIdentifier } as const;
      fixture.call('AddEntityOwner', { ...entity, owner: { user: { userIdentifier: anna } } });
      fixture.call('AddPolicyGrant', {
        ...entity,
        policyType: 'CREATE_GLOSSARY',
        principal: { user: { allUsersGrantFilter: {} } },
        detail: { createGlossary: {} },
      });
      const [owner] = (await all(domainUnitOwner)).filter(({ id }) => id.startsWith(entityIdentifier));
      const [grant] = (await all(policyGrant)).filter(({ id }) => id.includes(entityIdentifier));
      assert.ok(owner && grant);

      fixture.call('DeleteDomainUnit', { domainIdentifier, identifier: entityIdentifier });

      await assert.rejects(domainUnitOwner.read(source, owner.id), ResourceAbsentError);
      await assert.rejects(policyGrant.read(source, grant.id), ResourceAbsentError);
      await assert.rejects(membership.read(source, 'nowhere/nobody'), ResourceAbsentError);
      await assert.rejects(membership.read(source, `${projectId}/nobody`), ResourceAbsentError);
    });

    it('exports no data once that is deleted', async () => {
      fixture.call('DeleteDataExportConfiguration', { domainIdentifier });

      assert.deepEqual(await all(dataExportConfiguration), []);
      await assert.rejects(dataExportConfiguration.read(source, domainIdentifier), ResourceAbsentError);
    });

    function found(kind: Kind): readonly Reading[] {
      return read.get(kind.name) ?? [];
    }

    /** Everything of a kind, each resource once. */
    async function all(kind: Kind): Promise<Reading[]> {
      const met = new Map<string, Reading>();
      for (const parent of await parentsOf(kind)) {
        let cursor: string | undefined;
        do {
          const scopeId = kind.scope === 'domain' ? domainIdentifier : projectId;
          const page = await kind.enumerate(source, scopeId, cursor, parent);
          for (const reading of page.readings) {
            assert.deepEqual(met.get(reading.id)?.record ?? reading.record, reading.record);
            met.set(reading.id, reading);
          }
          for (const { id } of page.listed ?? []) met.set(id, await kind.read(source, id, scopeId));
          ({ cursor } = page);
        } while (cursor !== undefined);
      }
      return [...met.values()];
    }

    async function parentsOf({ parentage }: Kind): Promise<(Parent | undefined)[]> {
      if (parentage === undefined) return [undefined];
      const resources: Parent[] = [];
      for (const kind of parents.filter(({ name }) => parentage.kinds.includes(name))) {
        if (!kind.versions.includes(version)) continue;
        const readings = kind === domainUnit ? await all(kind) : found(kind);
        resources.push(
          ...readings.map(({ id, ...content }) => ({ kind: kind.name, id, content: async () => content })),
        );
      }
      return resources;
    }

    /** Each union of principals and policies that the version knows. */
    function fill(): void {
      projectId = fixture.project(domainIdentifier);
      fixture.environment(domainIdentifier, projectId);
      root = `${fixture.call('GetDomain', { identifier: domainIdentifier }).rootDomainUnitId}`;
      retail = unit('Retail', root);
      unit('Shops', retail);
      analysts = `${fixture.call('CreateGroupProfile', { domainIdentifier, groupIdentifier: 'analysts' }).id}`;
      fixture.call('CreateGroupProfile', { domainIdentifier, rolePrincipalArn: roleArn('Analyst') });
      user('ben');
      fixture.call('UpdateUserProfile', { domainIdentifier, userIdentifier: 'ben', status: 'NOT_ASSIGNED' });
      anna = user('anna');
      fixture.call('CreateUserProfile', {
        domainIdentifier,
        userIdentifier: roleArn('Analyst'),
        userType: 'IAM_ROLE_SESSION',
        sessionName: 'carl',
      });
      for (const owner of [{ user: { userIdentifier: anna } }, { group: { groupIdentifier: analysts } }]) {
        const entity = { entityType: 'DOMAIN_UNIT', entityIdentifier: retail } as const;
        fixture.call('AddEntityOwner', { domainIdentifier, ...entity, owner });
      }
      for (const member of [{ userIdentifier: anna }, { groupIdentifier: analysts }]) {
        const designation = 'PROJECT_CONTRIBUTOR' as const;
        const joining = { domainIdentifier, projectIdentifier: projectId, member, designation };
        fixture.call('CreateProjectMembership', joining);
      }
      fillGrants();
      fillRules();
      fixture.call('PutDataExportConfiguration', { domainIdentifier, enableExport: true });
    }

    function fillGrants(): void {
      const { name } = fixture.call('CreateAssetType', {
        domainIdentifier,
        owningProjectIdentifier: projectId,
        name: 'Report',
        formsInput: {},
      });
      const ofUnit = { entityType: 'DOMAIN_UNIT', entityIdentifier: retail } as const;
      const domainUnitFilter = { domainUnit: retail, includeChildDomainUnits: true };
      grant({
        ...ofUnit,
        policyType: 'CREATE_GLOSSARY',
        principal: {
          project: { projectDesignation: 'CONTRIBUTOR', projectGrantFilter: { domainUnitFilter } },
        },
        detail: { createGlossary: {} },
      });
      grant({
        ...ofUnit,
        policyType: 'CREATE_DOMAIN_UNIT',
        principal: {
          domainUnit: {
            domainUnitDesignation: 'OWNER',
            domainUnitGrantFilter: { allDomainUnitsGrantFilter: {} },
          },
        },
        detail: { createDomainUnit: { includeChildDomainUnits: true } },
      });
      grant({
        ...ofUnit,
        policyType: 'ADD_TO_PROJECT_MEMBER_POOL',
        principal: { group: { groupIdentifier: 'analysts' } },
        detail: { addToProjectMemberPool: { includeChildDomainUnits: false } },
      });
      grant({
        entityType: 'ASSET_TYPE',
        entityIdentifier: name,
        policyType: 'USE_ASSET_TYPE',
        principal: { domainUnit: { domainUnitDesignation: 'OWNER', domainUnitIdentifier: retail } },
        detail: { useAssetType: { domainUnitId: retail } },
      });
      if (version === 'V1') fillGrantsOfV1();
      else fillGrantsOfV2();
    }

    function fillGrantsOfV1(): void {
      const { items } = fixture.call('ListEnvironmentProfiles', { domainIdentifier });
      grant({
        entityType: 'ENVIRONMENT_PROFILE',
        entityIdentifier: `${items[0]?.id}`,
        policyType: 'CREATE_ENVIRONMENT',
        principal: { project: { projectDesignation: 'OWNER', projectIdentifier: projectId } },
        detail: { createEnvironment: {} },
      });
      grant({
        ...blueprint(),
        policyType: 'CREATE_ENVIRONMENT_PROFILE',
        principal: { user: { userIdentifier: 'anna' } },
        detail: { createEnvironmentProfile: { domainUnitId: retail } },
      });
    }

    function fillGrantsOfV2(): void {
      const { items } = fixture.call('ListEnvironmentBlueprints', { domainIdentifier, managed: true });
      fixture.call('PutEnvironmentBlueprintConfiguration', {
        domainIdentifier,
        environmentBlueprintIdentifier: `${items[0]?.id}`,
        enabledRegions: ['eu-west-1'],
      });
      grant({
        ...blueprint(),
        policyType: 'CREATE_ENVIRONMENT_FROM_BLUEPRINT',
        principal: { user: { userIdentifier: 'anna' } },
        detail: { createEnvironmentFromBlueprint: {} },
      });
      const profile = { domainIdentifier, name: 'Analytics', environmentConfigurations: [] };
      const { id } = fixture.call('CreateProjectProfile', profile);
      grant({
        entityType: 'DOMAIN_UNIT',
        entityIdentifier: root,
        policyType: 'CREATE_PROJECT_FROM_PROJECT_PROFILE',
        principal: { user: { allUsersGrantFilter: {} } },
        detail: { createProjectFromProjectProfile: { projectProfiles: [id], includeChildDomainUnits: true } },
      });
    }

    function fillRules(): void {
      const glossaryIdentifier = fixture.glossary(domainIdentifier, projectId);
      const term = fixture.call('CreateGlossaryTerm', {
        domainIdentifier,
        glossaryIdentifier,
        name: 'Public',
      }).id;
      const target = { domainUnitTarget: { domainUnitId: retail, includeChildDomainUnits: true } };
      const made = { domainIdentifier, target, action: 'CREATE_LISTING_CHANGE_SET' as const };
      fixture.call('CreateRule', {
        ...made,
        name: 'Terms first',
        scope: { dataProduct: true, project: { selectionMode: 'SPECIFIC', specificProjects: [projectId] } },
        detail: { glossaryTermEnforcementDetail: { requiredGlossaryTermIds: [term] } },
      });
      const form = { typeIdentifier: 'amazon.datazone.GlueTableFormType', typeRevision: '1' };
      fixture.call('CreateRule', {
        ...made,
        name: 'Forms first',
        scope: { assetType: { selectionMode: 'SPECIFIC', specificAssetTypes: ['Report'] } },
        detail: { metadataFormEnforcementDetail: { requiredMetadataForms: [form] } },
      });
    }

    function blueprint() {
      const { items = [] } = fixture.call('ListEnvironmentBlueprintConfigurations', { domainIdentifier });
      const entityIdentifier = `${accountId}:${items[0]?.environmentBlueprintId}`;
      return { entityType: 'ENVIRONMENT_BLUEPRINT_CONFIGURATION', entityIdentifier } as const;
    }

    function grant(given: Omit<Given<'AddPolicyGrant'>, 'domainIdentifier'>): void {
      fixture.call('AddPolicyGrant', { domainIdentifier, ...given });
    }

    function unit(name: string, parentDomainUnitIdentifier: string): string {
      return fixture.call('CreateDomainUnit', { domainIdentifier, name, parentDomainUnitIdentifier }).id;
    }

    function user(userIdentifier: string): string {
      return `${fixture.call('CreateUserProfile', { domainIdentifier, userIdentifier, userType: 'SSO_USER' }).id}`;
    }
  });
}
