import assert from 'node:assert/strict';
import { dataExportConfiguration } from '../../../core/catalog/data-export-configuration';
import { domainUnitOwner } from '../../../core/catalog/domain-unit-owner';
import { groupProfile } from '../../../core/catalog/group-profile';
import type { JsonObject, Kind, Page, Parent } from '../../../core/catalog/kind';
import { membership } from '../../../core/catalog/project-membership';
import {
  InvalidRequestError,
  MalformedAnswerError,
  ResourceAbsentError,
  ResourceDeniedError,
} from '../../../core/catalog/source';
import { userProfile } from '../../../core/catalog/user-profile';
import { domainId, ScriptedSource } from './fixture';

const noModels = { formModel: () => undefined };
const unit: Parent = { kind: 'domainUnit', id: 'retail', content: async () => ({ record: {}, facets: {} }) };

async function pages(kind: Kind, source: ScriptedSource, scopeId: string, parent?: Parent): Promise<Page[]> {
  const seen: Page[] = [];
  do seen.push(await kind.enumerate(source, scopeId, seen.at(-1)?.cursor, parent));
  while (seen.at(-1)?.cursor !== undefined);
  return seen;
}

const ids = (seen: readonly Page[]): string[] => seen.flatMap((page) => page.readings.map(({ id }) => id));

/** Two pages of a list, and an empty string where it ends. */
const twoPages =
  (member: string, items: readonly JsonObject[]) =>
  ({ nextToken }: Readonly<Record<string, unknown>>): JsonObject =>
    nextToken === undefined
      ? { [member]: items.slice(0, 1), nextToken: 'two' }
      : { [member]: items.slice(1), nextToken: '' };

const somebody = { user: { userId: 'anna' } };
const group = { group: { groupId: 'analysts' } };
const machine = { machine: { machineId: 'm1' } };

describe('owners of a domain unit', () => {
  const source = () =>
    new ScriptedSource({ ListEntityOwners: twoPages('owners', [somebody, group, machine]) });

  it('are read 25 at a time, and named by unit and profile', async () => {
    const asked = source();

    const seen = await pages(domainUnitOwner, asked, domainId, unit);

    assert.deepEqual(ids(seen).slice(0, 2), ['retail/anna', 'retail/analysts']);
    const input = { entityType: 'DOMAIN_UNIT', entityIdentifier: 'retail', maxResults: 25 };
    assert.deepEqual(
      asked.asked.map((call) => call.input),
      [input, { ...input, nextToken: 'two' }],
    );
  });

  it('point to their unit and to who they are', async () => {
    const references = async (id: string) => {
      const { record } = await domainUnitOwner.read(source(), id);
      return domainUnitOwner.references(record, noModels);
    };

    const ofUnit = { kind: 'domainUnit', id: 'retail', path: 'domainUnitId' };
    assert.deepEqual(await references('retail/anna'), [
      ofUnit,
      { kind: 'userProfile', id: 'anna', path: 'owner.user.userId' },
    ]);
    assert.deepEqual(await references('retail/analysts'), [
      ofUnit,
      { kind: 'groupProfile', id: 'analysts', path: 'owner.group.groupId' },
    ]);
  });

  it('may be of a sort that AWS adds tomorrow', async () => {
    const [, last] = await pages(domainUnitOwner, source(), domainId, unit);
    const stranger = last?.readings[1] ?? assert.fail();

    assert.deepEqual(stranger.facets['ListEntityOwners.unknown'], {
      'owner.machine': { machineId: 'm1' },
    });
    assert.deepEqual(await domainUnitOwner.read(source(), stranger.id), stranger);
  });

  it('are absent once their unit is, whose list knows no 404, and denied where that is denied', async () => {
    const failing = (error: Error) =>
      new ScriptedSource({
        ListEntityOwners: () => {
          throw error;
        },
      });
    const denied = new ResourceDeniedError('User is not permitted to perform operation: ListEntityOwners');

    const read = (error: Error) => domainUnitOwner.read(failing(error), 'retail/anna');

    await assert.rejects(read(new InvalidRequestError('no such unit')), ResourceAbsentError);
    await assert.rejects(read(denied), denied);
  });
});

describe('members of a project', () => {
  const source = () =>
    new ScriptedSource({
      ListProjectMemberships: twoPages('members', [
        { memberDetails: somebody, designation: 'PROJECT_OWNER' },
        { memberDetails: group, designation: 'CUSTOM_AUDITOR' },
      ]),
    });

  it('are users and groups of any designation, over all pages', async () => {
    const seen = await pages(membership, source(), 'sales');

    assert.deepEqual(ids(seen), ['sales/anna', 'sales/analysts']);
    assert.deepEqual(
      seen.flatMap((page) => page.readings.map(({ record }) => record.designation)),
      ['PROJECT_OWNER', 'CUSTOM_AUDITOR'],
    );
    assert.ok(seen.every((page) => page.readings.every(({ scopeId }) => scopeId === 'sales')));
  });

  it('are found on whichever page they are, or not at all', async () => {
    const { record } = await membership.read(source(), 'sales/analysts');

    assert.deepEqual(membership.references(record, noModels), [
      { kind: 'project', id: 'sales', path: 'projectId' },
      { kind: 'groupProfile', id: 'analysts', path: 'memberDetails.group.groupId' },
    ]);
    await assert.rejects(membership.read(source(), 'sales/nobody'), ResourceAbsentError);
  });
});

describe('profiles', () => {
  const profile = (id: string, type: string, details: JsonObject): JsonObject => ({
    domainId,
    id,
    type,
    status: 'ACTIVATED',
    details,
  });
  const iam = { arn: 'arn:aws:iam::1:role/r', principalId: 'AROA', groupProfileId: 'analysts' };

  it('of users are searched by each type in turn, 50 at a time', async () => {
    const source = new ScriptedSource({
      SearchUserProfiles: ({ userType, nextToken }) =>
        nextToken === undefined
          ? { items: [profile(`${userType}-1`, 'SSO', { sso: { username: 'u' } })], nextToken: 'two' }
          : { items: [profile(`${userType}-2`, 'IAM', { iam })], nextToken: '' },
    });

    const seen = await pages(userProfile, source, domainId);

    const types = ['DATAZONE_IAM_USER', 'DATAZONE_SSO_USER', 'DATAZONE_USER', 'SSO_USER'];
    assert.deepEqual(
      ids(seen),
      types.flatMap((type) => [`${type}-1`, `${type}-2`]),
    );
    assert.ok(source.asked.every(({ input }) => input.maxResults === 50));
    const [, reading] = seen.flatMap((page) => page.readings);
    assert.deepEqual(userProfile.columns(reading?.record ?? {}), {
      Type: 'IAM',
      Status: 'ACTIVATED',
      Arn: iam.arn,
    });
    assert.deepEqual(userProfile.references(reading?.record ?? {}, noModels), [
      { kind: 'groupProfile', id: 'analysts', path: 'details.iam.groupProfileId' },
    ]);
  });

  it('of groups are searched by each type in turn', async () => {
    const source = new ScriptedSource({
      SearchGroupProfiles: ({ groupType }) => ({ items: [{ domainId, id: `${groupType}` }], nextToken: '' }),
    });

    assert.deepEqual(ids(await pages(groupProfile, source, domainId)), [
      'DATAZONE_SSO_GROUP',
      'IAM_ROLE_SESSION_GROUP',
      'SSO_GROUP',
    ]);
  });

  it('without an id are refused, rather than passed over', async () => {
    const source = new ScriptedSource({ SearchGroupProfiles: () => ({ items: [{ domainId }] }) });

    await assert.rejects(pages(groupProfile, source, domainId), MalformedAnswerError);
  });
});

describe('the data export', () => {
  const answering = (answer: JsonObject | Error) =>
    new ScriptedSource({
      GetDataExportConfiguration: () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });

  it('is one resource of the domain, also while it is switched off', async () => {
    const { readings } = await dataExportConfiguration.enumerate(
      answering({ isExportEnabled: false, createdAt: 1714000000, updatedAt: 1714000001 }),
      domainId,
    );

    assert.deepEqual(
      readings.map(({ id, changedAt }) => [id, changedAt]),
      [[domainId, 1714000001000]],
    );
  });

  it('is none where it was never set, and unread where it is refused', async () => {
    const refused = new ResourceDeniedError('no');
    for (const none of [new ResourceAbsentError('none'), {}, { isExportEnabled: null }]) {
      assert.deepEqual(await dataExportConfiguration.enumerate(answering(none), domainId), { readings: [] });
    }
    await assert.rejects(dataExportConfiguration.enumerate(answering(refused), domainId), refused);
  });
});
