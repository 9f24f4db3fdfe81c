import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { requiredText } from './json';
import type { Kind } from './kind';
import { listedItem, listedPage, readingOf } from './pages';
import { referenceAt } from './references';
import { changed, idIn, keyOf } from './restoration';
import { divide, setBy, strings, structure, union, values } from './shape';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'name', 'description', 'resolutionStrategy', 'domainUnitId'),
  ...values('createdBy', 'createdAt', 'updatedBy', 'lastUpdatedAt'),
  accountSource: union({
    accounts: setBy(
      'awsAccountId',
      structure({ ...values('awsAccountId', 'awsAccountName'), supportedRegions: strings }),
    ),
    customAccountPoolHandler: structure(values('lambdaFunctionArn', 'lambdaExecutionRoleArn')),
  }),
});

const channel = { operation: 'GetAccountPool' };

/**
 * Accounts that a project's environments may be deployed to: those that it names, or those that a Lambda function
 * of the customer's names at each call. What that function answers is no part of the domain.
 */
export const accountPool: Kind = {
  name: 'accountPool',
  versions: ['V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListAccountPools', 'datazone:GetAccountPool'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [answered('id', 'CreateAccountPool'), asked('identifier', 'UpdateAccountPool', 'DeleteAccountPool')],
  restoredBy: '`CreateAccountPool`; a Lambda function that names its accounts must be there already',
  indexed: false,
  // The list tells of no time, nor of the accounts; of pools there are a hundred at most, so that each is read.
  enumerate: (source, _scopeId, cursor) =>
    listedPage(source, 'ListAccountPools', {}, (item) => listedItem(item, source.domainId), cursor),
  read: async (source, identifier) => {
    const divided = divide(await source.call(channel.operation, { identifier }), known, channel);
    const id = requiredText(divided.record, 'id');
    // The answer need not name its domain.
    return readingOf(divided, id, source.domainId, time(divided.record, 'lastUpdatedAt', 'createdAt'));
  },
  columns: (record) => namedColumns(record, 'name', 'resolutionStrategy', 'domainUnitId'),
  references: (record) => referenceAt('domainUnit', record, 'domainUnitId'),
  restore: {
    operations: { create: ['CreateAccountPool'], update: ['UpdateAccountPool'] },
    // No operation takes it: it is that of the domain unit in which a pool is made.
    assigned: ['domainUnitId'],
    // No two pools of a domain have the same name.
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    create: (target, { wanted }) => idIn(target.call('CreateAccountPool', wanted)),
    update: async (target, changing) => {
      await target.call('UpdateAccountPool', {
        identifier: changing.id,
        ...changed(changing, 'name', 'description', 'resolutionStrategy', 'accountSource'),
      });
    },
  },
};
