import { columnsOf, namedColumns } from './columns';
import { isObject, text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
import { referenceAt } from './references';
import { type Channel, divide, structure, union, values } from './shape';

const known = structure({
  ...values('id', 'domainId', 'type', 'status'),
  details: union({
    iam: structure(values('arn', 'principalId', 'sessionName', 'groupProfileId')),
    sso: structure(values('username', 'firstName', 'lastName')),
  }),
});

const search: Channel = { operation: 'SearchUserProfiles' };
const get: Channel = { operation: 'GetUserProfile' };

/**
 * A search is for one type, and what each of them leaves out is not written down: all are made. A profile that several
 * show is the same in each.
 */
const userTypes = ['DATAZONE_IAM_USER', 'DATAZONE_SSO_USER', 'DATAZONE_USER', 'SSO_USER'] as const;

function identify(raw: JsonObject, channel: Channel): Reading {
  return reading(divide(raw, known, channel), 'id', 'domainId');
}

function detailsOf(record: JsonObject, member: 'iam' | 'sso'): JsonObject {
  const details = isObject(record.details) ? record.details[member] : undefined;
  return isObject(details) ? details : {};
}

/** A user of the domain: an IAM principal, or somebody of the Identity Center. */
export const userProfile: Kind = {
  name: 'userProfile',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:SearchUserProfiles', 'datazone:GetUserProfile'],
  shape: known,
  channels: [search, get],
  events: [],
  restoredBy:
    '`CreateUserProfile`, `UpdateUserProfile`; found again by ARN or user name, since the id is given anew',
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    inTurn(
      userTypes,
      (userType, nextToken) =>
        itemsPage(source, search.operation, { userType }, (item) => identify(item, search), nextToken),
      cursor,
    ),
  read: async (source, id) => identify(await source.call(get.operation, { userIdentifier: id }), get),
  columns: (record) => ({
    ...namedColumns(record, 'type', 'status'),
    ...columnsOf({
      Arn: text(detailsOf(record, 'iam'), 'arn'),
      Username: text(detailsOf(record, 'sso'), 'username'),
    }),
  }),
  references: (record) =>
    referenceAt('groupProfile', detailsOf(record, 'iam'), 'groupProfileId', 'details.iam.groupProfileId'),
};
