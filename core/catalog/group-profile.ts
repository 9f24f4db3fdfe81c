import { answered } from './change-signs';
import { namedColumns } from './columns';
import { text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
import { idIn } from './restoration';
import { type Channel, divide, structure, values } from './shape';

const known = structure(
  values('id', 'domainId', 'status', 'groupName', 'rolePrincipalArn', 'rolePrincipalId'),
);

const search: Channel = { operation: 'SearchGroupProfiles' };
const get: Channel = { operation: 'GetGroupProfile' };

/** As for users, a search is for one type; a profile that several show is the same in each. */
const groupTypes = ['DATAZONE_SSO_GROUP', 'IAM_ROLE_SESSION_GROUP', 'SSO_GROUP'] as const;

function identify(raw: JsonObject, channel: Channel): Reading {
  return reading(divide(raw, known, channel), 'id', 'domainId');
}

/** What tells a group from all others, as a request names it. */
function identifierOf(record: JsonObject): JsonObject | undefined {
  const rolePrincipalArn = text(record, 'rolePrincipalArn');
  const groupIdentifier = text(record, 'groupName');
  if (rolePrincipalArn !== undefined) return { rolePrincipalArn };
  return groupIdentifier === undefined ? undefined : { groupIdentifier };
}

/**
 * A group of the Identity Center, or of the sessions of an IAM role. Who belongs to the first, no operation of the
 * domain shows; the profiles of IAM users name theirs.
 */
export const groupProfile: Kind = {
  name: 'groupProfile',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:SearchGroupProfiles', 'datazone:GetGroupProfile'],
  shape: known,
  channels: [search, get],
  events: [],
  calls: [answered('id', 'CreateGroupProfile', 'UpdateGroupProfile')],
  restoredBy:
    '`CreateGroupProfile`, `UpdateGroupProfile`; found again by name or role, since the id is given anew. The group itself must be in the Identity Center, or the role in IAM',
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    inTurn(
      groupTypes,
      (groupType, nextToken) =>
        itemsPage(source, search.operation, { groupType }, (item) => identify(item, search), nextToken),
      cursor,
    ),
  read: async (source, id) => identify(await source.call(get.operation, { groupIdentifier: id }), get),
  columns: (record) => namedColumns(record, 'groupName', 'status', 'rolePrincipalArn'),
  references: () => [],
  restore: {
    operations: { create: ['CreateGroupProfile'], update: ['UpdateGroupProfile'] },
    // IAM's own id of the role that has this ARN now.
    assigned: ['rolePrincipalId'],
    fixed: ['groupName', 'rolePrincipalArn'],
    keyMembers: ['groupName', 'rolePrincipalArn'],
    key: (record) => {
      const identifier = identifierOf(record);
      return identifier && [identifier];
    },
    create: (target, { wanted, clientToken }) =>
      idIn(target.call('CreateGroupProfile', { ...identifierOf(wanted), clientToken })),
    update: async (target, { id, wanted }) => {
      await target.call('UpdateGroupProfile', { groupIdentifier: id, status: wanted.status });
    },
  },
};
