import { namedColumns } from './columns';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
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
  restoredBy:
    '`CreateGroupProfile`, `UpdateGroupProfile`; found again by name or role, since the id is given anew',
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
};
