import assert from 'node:assert/strict';
import type { DataZone, GroupSearchType, UserSearchType } from '@aws-sdk/client-datazone';
import { accountId } from '../../support/wire-server';
import { Fixture } from './fixture';

const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

describe('Profiles of the local DataZone', () => {
  let fixture: Fixture;
  let client: DataZone;
  let domainIdentifier: string;

  beforeEach(async () => {
    fixture = await new Fixture().start();
    client = fixture.client();
    domainIdentifier = fixture.domain();
  });
  afterEach(() => fixture.stop());

  const users = async (userType: UserSearchType): Promise<(string | undefined)[]> => {
    const { items = [] } = await client.searchUserProfiles({ domainIdentifier, userType });
    return items.flatMap(({ details }) => details?.sso?.username ?? details?.iam?.arn).slice(-2);
  };
  const groups = async (groupType: GroupSearchType): Promise<(string | undefined)[]> => {
    const { items = [] } = await client.searchGroupProfiles({ domainIdentifier, groupType });
    return items.map(({ groupName, rolePrincipalArn }) => groupName ?? rolePrincipalArn);
  };

  it('show people who are no longer assigned to the domain in a search of the Identity Center alone', async () => {
    for (const userIdentifier of ['anna', 'ben']) {
      await client.createUserProfile({ domainIdentifier, userIdentifier, userType: 'SSO_USER' });
    }
    await client.updateUserProfile({ domainIdentifier, userIdentifier: 'ben', status: 'NOT_ASSIGNED' });

    assert.deepEqual(await users('SSO_USER'), ['anna', 'ben']);
    assert.deepEqual(await users('DATAZONE_SSO_USER'), ['anna']);
    assert.deepEqual(await users('DATAZONE_USER'), [`arn:aws:iam::${accountId}:root`, 'anna']);
    assert.deepEqual(await users('DATAZONE_IAM_USER'), [`arn:aws:iam::${accountId}:root`]);
  });

  it('may be of one session of a role, beside that of the role', async () => {
    const userIdentifier = roleArn('Analyst');
    const role = await client.createUserProfile({ domainIdentifier, userIdentifier, userType: 'IAM_ROLE' });
    const session = { domainIdentifier, userIdentifier, sessionName: 'anna' };
    const own = await client.createUserProfile({ ...session, userType: 'IAM_ROLE_SESSION' });

    assert.notEqual(own.id, role.id);
    assert.equal((await client.getUserProfile(session)).id, own.id);
    assert.equal((await client.getUserProfile({ domainIdentifier, userIdentifier })).id, role.id);
    await assert.rejects(client.createUserProfile({ ...session, userType: 'IAM_ROLE' }), {
      name: 'ValidationException',
    });
  });

  it('of groups are found by id, by name or role, and by the type of search that fits them', async () => {
    const create = (group: { groupIdentifier: string } | { rolePrincipalArn: string }) =>
      client.createGroupProfile({ domainIdentifier, ...group });
    const { id: groupIdentifier } = await create({ groupIdentifier: 'analysts' });
    await create({ groupIdentifier: 'leavers' });
    const ofRole = await create({ rolePrincipalArn: roleArn('Analyst') });
    await client.updateGroupProfile({ domainIdentifier, groupIdentifier: 'leavers', status: 'NOT_ASSIGNED' });

    const byName = await client.getGroupProfile({ domainIdentifier, groupIdentifier: 'analysts' });
    const byId = await client.getGroupProfile({ domainIdentifier, groupIdentifier });
    assert.deepEqual([byName.id, byId.groupName], [groupIdentifier, 'analysts']);
    assert.match(ofRole.rolePrincipalId ?? '', /^AROA/);
    assert.deepEqual(await groups('SSO_GROUP'), ['analysts', 'leavers']);
    assert.deepEqual(await groups('DATAZONE_SSO_GROUP'), ['analysts']);
    assert.deepEqual(await groups('IAM_ROLE_SESSION_GROUP'), [roleArn('Analyst')]);
    await assert.rejects(create({ groupIdentifier: 'analysts' }), { name: 'ValidationException' });
  });

  it('of groups take a role that belongs to them into their projects', async () => {
    const projectIdentifier = fixture.project(domainIdentifier);
    const identifier = fixture.asset(domainIdentifier, projectIdentifier);
    const rolePrincipalArn = roleArn('Analyst');
    const { id: groupIdentifier } = await client.createGroupProfile({ domainIdentifier, rolePrincipalArn });
    const profile = await client.createUserProfile({
      domainIdentifier,
      userIdentifier: rolePrincipalArn,
      userType: 'IAM_ROLE',
    });
    const read = () => fixture.client('Analyst').getAsset({ domainIdentifier, identifier });

    await assert.rejects(read(), { name: 'AccessDeniedException' });
    await client.createProjectMembership({
      domainIdentifier,
      projectIdentifier,
      member: { groupIdentifier: rolePrincipalArn },
      designation: 'PROJECT_CATALOG_VIEWER',
    });

    assert.equal(profile.details?.iam?.groupProfileId, groupIdentifier);
    assert.equal((await read()).id, identifier);
    const { members = [] } = await client.listProjectMemberships({ domainIdentifier, projectIdentifier });
    assert.deepEqual(members[1], {
      memberDetails: { group: { groupId: groupIdentifier } },
      designation: 'PROJECT_CATALOG_VIEWER',
    });
    const { items } = await client.listProjects({ domainIdentifier, groupIdentifier });
    assert.deepEqual(
      items?.map(({ id }) => id),
      [projectIdentifier],
    );
  });
});
