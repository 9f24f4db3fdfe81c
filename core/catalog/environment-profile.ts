import { userParameters, withParametersInput, withSetParameters } from './blueprint-shapes';
import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { renamed } from './json';
import type { Kind } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt } from './references';
import { changed, idIn, keyOf } from './restoration';
import { divide, structure, values } from './shape';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'name', 'description', 'environmentBlueprintId', 'projectId'),
  ...values('awsAccountId', 'awsAccountRegion', 'createdBy', 'createdAt', 'updatedAt'),
  userParameters,
});

const channel = { operation: 'GetEnvironmentProfile' };

/** What environments of a V1 domain are created from: a blueprint, an account, and parameters. */
export const environmentProfile: Kind = {
  name: 'environmentProfile',
  versions: ['V1'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListEnvironmentProfiles', 'datazone:GetEnvironmentProfile'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [
    answered('id', 'CreateEnvironmentProfile'),
    asked('identifier', 'UpdateEnvironmentProfile', 'DeleteEnvironmentProfile'),
  ],
  goesWith: { project: ['ProjectId'] },
  restoredBy:
    '`CreateEnvironmentProfile`, with the `keyName` and the `defaultValue` of each parameter that can be set',
  indexed: false,
  enumerate: (source, _scopeId, cursor) =>
    listedPage(
      source,
      'ListEnvironmentProfiles',
      {},
      (item) =>
        listedItem(
          item,
          source.domainId,
          'updatedAt',
          'name',
          'description',
          'awsAccountId',
          'awsAccountRegion',
        ),
      cursor,
    ),
  read: async (source, id) => {
    const divided = divide(await source.call(channel.operation, { identifier: id }), known, channel);
    return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
  },
  columns: (record) => namedColumns(record, 'name', 'projectId', 'environmentBlueprintId', 'awsAccountId'),
  references: (record) => [
    ...referenceAt('environmentBlueprint', record, 'environmentBlueprintId'),
    ...referenceAt('project', record, 'projectId'),
  ],
  restore: {
    operations: { create: ['CreateEnvironmentProfile'], update: ['UpdateEnvironmentProfile'] },
    portable: withSetParameters,
    fixed: ['environmentBlueprintId', 'projectId'],
    keyMembers: ['name', 'projectId'],
    key: (record) => keyOf(record, 'name', 'projectId'),
    create: (target, { wanted }) =>
      idIn(
        target.call(
          'CreateEnvironmentProfile',
          renamed(withParametersInput(wanted), {
            environmentBlueprintId: 'environmentBlueprintIdentifier',
            projectId: 'projectIdentifier',
          }),
        ),
      ),
    update: async (target, changing) => {
      const members = changed(
        changing,
        ...['name', 'description', 'awsAccountId', 'awsAccountRegion', 'userParameters'],
      );
      await target.call('UpdateEnvironmentProfile', {
        identifier: changing.id,
        ...withParametersInput(members),
      });
    },
  },
};
