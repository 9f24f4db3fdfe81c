import assert from 'node:assert/strict';
import type { JsonObject, Page, Parent } from '../../../core/catalog/kind';
import { policyGrant } from '../../../core/catalog/policy-grant';
import { rule } from '../../../core/catalog/rule';
import { canonical } from '../../../core/catalog/shape';
import { InvalidRequestError, MalformedAnswerError, ResourceDeniedError } from '../../../core/catalog/source';
import { domainId, ScriptedSource } from './fixture';

const noModels = { formModel: () => undefined };

const parent = (kind: string, id: string): Parent => ({
  kind,
  id,
  content: async () => ({ record: {}, facets: {} }),
});
const domain = (domainVersion?: string): JsonObject => ({
  arn: `arn:aws:datazone:eu-west-1:111122223333:domain/${domainId}`,
  rootDomainUnitId: 'root',
  ...(domainVersion !== undefined && { domainVersion }),
});

type Input = Readonly<Record<string, unknown>>;

function grantSource(
  grants: (input: Input) => readonly JsonObject[],
  answer: JsonObject = domain('V2'),
): ScriptedSource {
  return new ScriptedSource({
    GetDomain: () => answer,
    ListPolicyGrants: (input) => ({ grantList: grants(input), nextToken: '' }),
  });
}

async function pages(source: ScriptedSource, of: Parent): Promise<Page[]> {
  const seen: Page[] = [];
  do seen.push(await policyGrant.enumerate(source, domainId, seen.at(-1)?.cursor, of));
  while (seen.at(-1)?.cursor !== undefined);
  return seen;
}

const lists = (source: ScriptedSource): Input[] =>
  source.asked.filter(({ operation }) => operation === 'ListPolicyGrants').map(({ input }) => input);

describe('policy grants', () => {
  const none = () => [];

  for (const [kind, id, version, entity, policies] of [
    ['domainUnit', 'retail', 'V1', 'DOMAIN_UNIT retail', 8],
    ['domainUnit', 'retail', 'V2', 'DOMAIN_UNIT retail', 9],
    ['domainUnit', 'retail', undefined, 'DOMAIN_UNIT retail', 8],
    [
      'environmentBlueprintConfiguration',
      'lake',
      'V1',
      'ENVIRONMENT_BLUEPRINT_CONFIGURATION 111122223333:lake',
      2,
    ],
    [
      'environmentBlueprintConfiguration',
      'lake',
      'V2',
      'ENVIRONMENT_BLUEPRINT_CONFIGURATION 111122223333:lake',
      1,
    ],
    ['environmentProfile', 'small', 'V1', 'ENVIRONMENT_PROFILE small', 1],
    ['assetType', 'Report', 'V2', 'ASSET_TYPE Report', 1],
  ] as const) {
    it(`on ${kind} in a domain of ${version ?? 'no version'} are listed by each policy that fits: ${policies}`, async () => {
      const source = grantSource(none, domain(version));

      await pages(source, parent(kind, id));

      const asked = lists(source);
      assert.equal(new Set(asked.map(({ policyType }) => policyType)).size, policies);
      assert.equal(asked.length, policies);
      for (const { entityType, entityIdentifier, maxResults } of asked) {
        assert.deepEqual([`${entityType} ${entityIdentifier}`, maxResults], [entity, 25]);
      }
    });
  }

  it("on AWS's own asset types, and on what the version does not have, cost no call", async () => {
    const source = grantSource(none);

    await pages(source, parent('assetType', 'amazon.datazone.GlueTableAssetType'));
    await pages(source, parent('environmentProfile', 'small'));

    assert.deepEqual(lists(source), []);
  });

  it('of a policy that does not fit its entity are none; those that are denied are not none', async () => {
    const failing = (error: Error) =>
      grantSource(({ policyType }) => {
        if (policyType === 'CREATE_GLOSSARY') throw error;
        return [{ grantId: 'g', principal: {}, detail: {} }];
      });
    const denied = new ResourceDeniedError('User is not permitted to perform operation: ListPolicyGrants');

    const seen = await pages(failing(new InvalidRequestError('unfit')), parent('domainUnit', 'retail'));

    assert.equal(seen.flatMap((page) => page.readings).length, 8);
    await assert.rejects(pages(failing(denied), parent('domainUnit', 'retail')), denied);
  });

  it('refuse a domain whose ARN names no account', async () => {
    const source = new ScriptedSource({ GetDomain: () => ({ rootDomainUnitId: 'root', arn: 'odd' }) });

    await assert.rejects(pages(source, parent('domainUnit', 'retail')), MalformedAnswerError);
  });

  const grant = async (principal: JsonObject, detail: JsonObject) => {
    const source = grantSource(() => [{ grantId: 'aB3+/xYz09', principal, detail, createdAt: 1714000000 }]);
    const { readings } = await policyGrant.enumerate(
      source,
      domainId,
      undefined,
      parent('domainUnit', 'retail'),
    );
    return readings[0] ?? assert.fail();
  };

  it('keep which policy and whom they name, where these say no more', async () => {
    const principal = { user: { allUsersGrantFilter: {} } };
    const detail = { createProjectFromProjectProfile: {} };

    const { id, record, changedAt } = await grant(principal, detail);

    assert.equal(id, 'DOMAIN_UNIT/retail/CREATE_DOMAIN_UNIT/aB3%2B%2FxYz09');
    assert.deepEqual([record.principal, record.detail, changedAt], [principal, detail, 1714000000000]);
    assert.deepEqual(canonical(record, policyGrant.shape), record);
  });

  it('take the order of project profiles for no change', async () => {
    const of = async (projectProfiles: string[]) =>
      (await grant({}, { createProjectFromProjectProfile: { projectProfiles } })).record;

    assert.deepEqual(await of(['b', 'a']), await of(['a', 'b']));
  });

  for (const [what, principal, reference] of [
    ['a user', { user: { userIdentifier: 'x' } }, 'userProfile principal.user.userIdentifier'],
    ['a group', { group: { groupIdentifier: 'x' } }, 'groupProfile principal.group.groupIdentifier'],
    [
      'a project',
      { project: { projectDesignation: 'OWNER', projectIdentifier: 'x' } },
      'project principal.project.projectIdentifier',
    ],
    [
      'the projects of a unit',
      {
        project: {
          projectDesignation: 'OWNER',
          projectGrantFilter: { domainUnitFilter: { domainUnit: 'x' } },
        },
      },
      'domainUnit principal.project.projectGrantFilter.domainUnitFilter.domainUnit',
    ],
    [
      'owners of a unit',
      { domainUnit: { domainUnitDesignation: 'OWNER', domainUnitIdentifier: 'x' } },
      'domainUnit principal.domainUnit.domainUnitIdentifier',
    ],
  ] as const) {
    it(`point to ${what}`, async () => {
      const { record } = await grant(principal, { createGlossary: {} });

      const [entity, ...others] = policyGrant.references(record, noModels);

      assert.deepEqual(entity, { kind: 'domainUnit', id: 'retail', path: 'entityIdentifier' });
      assert.deepEqual(
        others.map(({ kind, id, path }) => [`${kind} ${path}`, id]),
        [[reference, 'x']],
      );
    });
  }

  it('point to what their detail names, and to no ARN', async () => {
    const user = { user: { userIdentifier: 'arn:aws:iam::111122223333:role/r' } };
    const of = async (detail: JsonObject) =>
      policyGrant
        .references((await grant(user, detail)).record, noModels)
        .slice(1)
        .map(({ kind, id, path }) => `${kind} ${id} ${path}`);

    assert.deepEqual(await of({ useAssetType: { domainUnitId: 'u' } }), [
      'domainUnit u detail.useAssetType.domainUnitId',
    ]);
    assert.deepEqual(await of({ createProjectFromProjectProfile: { projectProfiles: ['p'] } }), [
      'projectProfile p detail.createProjectFromProjectProfile.projectProfiles[0]',
    ]);
  });
});

describe('rules', () => {
  const item = {
    identifier: 'r1',
    revision: '3',
    name: 'Forms first',
    updatedAt: 1714000500,
    scope: {},
    target: { domainUnitTarget: { domainUnitId: 'retail' } },
  };

  it('are listed by unit, 50 at a time, without those of units above, and known by their revision', async () => {
    const source = new ScriptedSource({ ListRules: () => ({ items: [item], nextToken: '' }) });

    const page = await rule.enumerate(source, domainId, undefined, parent('domainUnit', 'retail'));

    assert.deepEqual(page, {
      readings: [],
      listed: [{ id: 'r1', scopeId: domainId, summary: { revision: '3', updatedAt: 1714000500 } }],
    });
    assert.deepEqual(source.asked[0]?.input, {
      targetType: 'DOMAIN_UNIT',
      targetIdentifier: 'retail',
      includeCascaded: false,
      maxResults: 50,
    });
  });

  it('point to all that they name', async () => {
    const ofForms = {
      requiredMetadataForms: [
        { typeIdentifier: 'ZForm', typeRevision: '2' },
        { typeIdentifier: 'AForm', typeRevision: '7' },
      ],
    };
    const get = (detail: JsonObject) =>
      new ScriptedSource({
        GetRule: () => ({
          ...item,
          detail,
          scope: {
            assetType: { selectionMode: 'SPECIFIC', specificAssetTypes: ['Report'] },
            project: { selectionMode: 'SPECIFIC', specificProjects: ['sales'] },
          },
        }),
      });
    const of = async (detail: JsonObject) =>
      rule.references((await rule.read(get(detail), 'r1')).record, noModels);

    const common = [
      { kind: 'domainUnit', id: 'retail', path: 'target.domainUnitTarget.domainUnitId' },
      { kind: 'assetType', id: 'Report', path: 'scope.assetType.specificAssetTypes[0]' },
      { kind: 'project', id: 'sales', path: 'scope.project.specificProjects[0]' },
    ];
    const forms = 'detail.metadataFormEnforcementDetail.requiredMetadataForms';
    assert.deepEqual(await of({ metadataFormEnforcementDetail: ofForms }), [
      ...common,
      { kind: 'formType', id: 'AForm', revision: '7', path: `${forms}[0].typeIdentifier` },
      { kind: 'formType', id: 'ZForm', revision: '2', path: `${forms}[1].typeIdentifier` },
    ]);
    const terms = 'detail.glossaryTermEnforcementDetail.requiredGlossaryTermIds';
    assert.deepEqual(await of({ glossaryTermEnforcementDetail: { requiredGlossaryTermIds: ['t'] } }), [
      ...common,
      { kind: 'glossaryTerm', id: 't', path: `${terms}[0]` },
    ]);
  });
});
