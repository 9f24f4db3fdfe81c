import assert from 'node:assert/strict';
import type { DataZone } from '@aws-sdk/client-datazone';
import { harsh } from '../../../local/datazone/service';
import { Fixture } from './fixture';

describe('Domain units of the local DataZone', () => {
  let fixture: Fixture;
  let client: DataZone;
  let domainIdentifier: string;
  let root: string;

  beforeEach(async () => {
    fixture = await new Fixture().start();
    client = fixture.client();
    domainIdentifier = fixture.domain('V2');
    root = `${fixture.call('GetDomain', { identifier: domainIdentifier }).rootDomainUnitId}`;
  });
  afterEach(() => fixture.stop());

  const unit = async (name: string, parentDomainUnitIdentifier = root): Promise<string> => {
    const created = await client.createDomainUnit({ domainIdentifier, name, parentDomainUnitIdentifier });
    return created.id ?? assert.fail();
  };
  const user = (userIdentifier: string): string =>
    `${fixture.call('CreateUserProfile', { domainIdentifier, userIdentifier, userType: 'SSO_USER' }).id}`;
  const details = () => fixture.events.map((event) => event['detail-type']);

  it('are listed 25 at a time, by name and id alone', async () => {
    for (let number = 0; number < 26; number++) await unit(`Unit ${number}`);
    const list = { domainIdentifier, parentDomainUnitIdentifier: root };

    const first = await client.listDomainUnitsForParent(list);
    const { items, nextToken } = await client.listDomainUnitsForParent({
      ...list,
      nextToken: first.nextToken,
    });

    assert.equal(first.items?.length, 25);
    assert.deepEqual(Object.keys(items?.[0] ?? {}).sort(), ['id', 'name']);
    assert.deepEqual([items?.length, nextToken], [1, undefined]);
    await assert.rejects(client.listDomainUnitsForParent({ ...list, maxResults: 26 }), {
      name: 'ValidationException',
    });
  });

  it('are renamed and described anew, and say when', async () => {
    const identifier = await unit('Retail');
    await unit('Commerce');
    fixture.clock.advance(60_000);
    const { parentDomainUnitId, createdAt, lastUpdatedAt } = await client.updateDomainUnit({
      domainIdentifier,
      identifier,
      name: 'Shops',
      description: 'all of them',
    });

    const { name, description } = await client.getDomainUnit({ domainIdentifier, identifier });
    assert.deepEqual([name, description, parentDomainUnitId], ['Shops', 'all of them', root]);
    assert.equal(Number(lastUpdatedAt) - Number(createdAt), 60_000);
    assert.equal(details().at(-1), 'Domain Unit Updated');
    await assert.rejects(client.updateDomainUnit({ domainIdentifier, identifier, name: 'Commerce' }), {
      name: 'ConflictException',
    });
  });

  it('go once nothing is in them, with their owners, grants and rules', async () => {
    const identifier = await unit('Retail');
    const below = await unit('Shops', identifier);
    const remove = (id: string) => client.deleteDomainUnit({ domainIdentifier, identifier: id });
    await client.createRule({
      domainIdentifier,
      name: 'Forms',
      action: 'CREATE_SUBSCRIPTION_REQUEST',
      target: { domainUnitTarget: { domainUnitId: below } },
      scope: {},
      detail: { metadataFormEnforcementDetail: {} },
    });

    await assert.rejects(remove(identifier), { name: 'ConflictException' });
    await assert.rejects(remove(root), { name: 'ValidationException' });
    await remove(below);
    await remove(identifier);

    await assert.rejects(client.getDomainUnit({ domainIdentifier, identifier }), {
      name: 'ResourceNotFoundException',
    });
    assert.equal(details().at(-1), 'Domain Unit Deleted');
  });

  it('answer lists that know no 404 as invalid, or as denied, once they are gone', async () => {
    for (const [unkind, name] of [
      [undefined, 'ValidationException'],
      [harsh, 'AccessDeniedException'],
    ] as const) {
      const other = await new Fixture(unkind && { unkind }).start();
      const datazone = other.client();
      const domain = other.domain();
      const parentDomainUnitIdentifier = `${other.call('GetDomain', { identifier: domain }).rootDomainUnitId}`;
      const { id } = other.call('CreateDomainUnit', {
        domainIdentifier: domain,
        name: 'Retail',
        parentDomainUnitIdentifier,
      });
      other.call('DeleteDomainUnit', { domainIdentifier: domain, identifier: id });

      const gone = { domainIdentifier: domain, entityType: 'DOMAIN_UNIT', entityIdentifier: id } as const;
      await assert.rejects(datazone.listEntityOwners(gone), { name });
      await assert.rejects(datazone.listPolicyGrants({ ...gone, policyType: 'CREATE_GLOSSARY' }), { name });
      await assert.rejects(
        datazone.listDomainUnitsForParent({ domainIdentifier: domain, parentDomainUnitIdentifier: id }),
        { name },
      );
      await other.stop();
    }
  });

  it('are owned by users and groups, who are named by id or by name', async () => {
    const entity = { domainIdentifier, entityType: 'DOMAIN_UNIT', entityIdentifier: root } as const;
    const steward = user('steward');
    const group = fixture.call('CreateGroupProfile', { domainIdentifier, groupIdentifier: 'stewards' }).id;
    const owners = async () => (await client.listEntityOwners(entity)).owners?.slice(1);

    await client.addEntityOwner({ ...entity, owner: { user: { userIdentifier: 'steward' } } });
    await client.addEntityOwner({ ...entity, owner: { group: { groupIdentifier: 'stewards' } } });

    assert.deepEqual(await owners(), [{ user: { userId: steward } }, { group: { groupId: group } }]);
    await assert.rejects(client.addEntityOwner({ ...entity, owner: { user: { userIdentifier: steward } } }), {
      name: 'ConflictException',
    });
    await assert.rejects(
      client.addEntityOwner({ ...entity, owner: { group: { groupIdentifier: 'nobody' } } }),
      { name: 'ResourceNotFoundException' },
    );
    const { $metadata } = await client.removeEntityOwner({
      ...entity,
      owner: { user: { userIdentifier: steward } },
    });
    assert.equal($metadata.httpStatusCode, 204);
    assert.deepEqual(await owners(), [{ group: { groupId: group } }]);
    assert.deepEqual(details().slice(-3), [
      'Domain Unit Owner Added',
      'Domain Unit Owner Added',
      'Domain Unit Owner Removed',
    ]);
  });

  it('hand the root from one owner to another', async () => {
    const entity = { domainIdentifier, entityType: 'DOMAIN_UNIT', entityIdentifier: root } as const;
    const { owners: [creator] = [] } = await client.listEntityOwners(entity);
    const currentOwner = creator?.user?.userId ?? assert.fail();
    const heir = user('heir');

    await client.updateRootDomainUnitOwner({ domainIdentifier, currentOwner, newOwner: 'heir' });

    assert.deepEqual((await client.listEntityOwners(entity)).owners, [{ user: { userId: heir } }]);
    await assert.rejects(
      client.updateRootDomainUnitOwner({ domainIdentifier, currentOwner, newOwner: 'heir' }),
      { name: 'ResourceNotFoundException' },
    );
  });

  it('are told of projects that move between them, and of policies of their own alone', async () => {
    const sales = await unit('sales');
    const project = await client.createProject({ domainIdentifier, name: 'North', domainUnitId: root });
    const identifier = project.id ?? assert.fail();
    const before = details().length;

    await client.updateProject({ domainIdentifier, identifier, description: 'the same place' });
    await client.updateProject({ domainIdentifier, identifier, domainUnitId: sales });
    await client.createAssetType({
      domainIdentifier,
      name: 'Report',
      owningProjectIdentifier: identifier,
      formsInput: {},
    });
    const grant = { principal: { user: { allUsersGrantFilter: {} } }, domainIdentifier } as const;
    await client.addPolicyGrant({
      ...grant,
      entityType: 'ASSET_TYPE',
      entityIdentifier: 'Report',
      policyType: 'USE_ASSET_TYPE',
      detail: { useAssetType: {} },
    });
    await client.addPolicyGrant({
      ...grant,
      entityType: 'DOMAIN_UNIT',
      entityIdentifier: sales,
      policyType: 'CREATE_GLOSSARY',
      detail: { createGlossary: {} },
    });

    assert.deepEqual(details().slice(before), ['Project Moved Between Domain Unit', 'Policy Grant Added']);
  });
});
