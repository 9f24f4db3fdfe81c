import { answered } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { isObject, text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
import { referenceAt } from './references';
import { idIn, pick } from './restoration';
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

/** What tells a user from all others, as a request names it. */
function identifierOf(record: JsonObject): JsonObject | undefined {
  const iam = detailsOf(record, 'iam');
  const arn = text(iam, 'arn');
  const sessionName = text(iam, 'sessionName');
  const username = text(detailsOf(record, 'sso'), 'username');
  if (arn !== undefined && sessionName !== undefined) {
    return { userIdentifier: arn, userType: 'IAM_ROLE_SESSION', sessionName };
  }
  if (arn !== undefined) {
    return { userIdentifier: arn, userType: arn.includes(':user/') ? 'IAM_USER' : 'IAM_ROLE' };
  }
  return username === undefined ? undefined : { userIdentifier: username, userType: 'SSO_USER' };
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
  calls: [answered('id', 'CreateUserProfile', 'UpdateUserProfile')],
  restoredBy:
    '`CreateUserProfile`, `UpdateUserProfile`; found again by ARN or user name, since the id is given anew. The role or user itself must be in IAM, or in the Identity Center',
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
  restore: {
    operations: { create: ['CreateUserProfile'], update: ['UpdateUserProfile'] },
    // Of IAM and of the Identity Center: nobody writes them here. The group of a role's sessions is known by the role.
    assigned: [
      ...['details.iam.principalId', 'details.iam.groupProfileId'],
      ...['details.sso.firstName', 'details.sso.lastName'],
    ],
    fixed: ['type', 'details'],
    keyMembers: ['details'],
    key: (record) => {
      const identifier = identifierOf(record);
      return identifier && [identifier];
    },
    // One that is switched off can do nothing more.
    rightOf: (_wanted, id) => id,
    create: (target, { wanted, clientToken }) =>
      idIn(target.call('CreateUserProfile', { ...identifierOf(wanted), clientToken })),
    update: async (target, { id, wanted }) => {
      await target.call('UpdateUserProfile', { userIdentifier: id, ...pick(wanted, 'type', 'status') });
    },
  },
};
