import { asked } from './change-signs';
import { namedColumns } from './columns';
import { renamed, requiredText } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { itemsPage, reading } from './pages';
import { referenceAt } from './references';
import { keyOf, type Making, type RestoreTarget, withoutHiddenSecrets } from './restoration';
import { divide, list, mapOf, settings, strings, structure, union, values } from './shape';
import { time } from './times';

const known = structure({
  ...values('domainId', 'environmentBlueprintId', 'createdAt', 'updatedAt'),
  ...values('provisioningRoleArn', 'environmentRolePermissionBoundary', 'manageAccessRoleArn'),
  enabledRegions: strings,
  regionalParameters: mapOf(settings),
  provisioningConfigurations: list(
    union({
      lakeFormationConfiguration: structure({
        ...values('locationRegistrationRole'),
        locationRegistrationExcludeS3Locations: strings,
      }),
    }),
  ),
});

function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  return reading(
    divided,
    'environmentBlueprintId',
    'domainId',
    time(divided.record, 'updatedAt', 'createdAt'),
  );
}

/** It replaces all that is there, and with it global parameters, which nothing reads. */
async function put(target: RestoreTarget, { wanted }: Making): Promise<string> {
  await target.call('PutEnvironmentBlueprintConfiguration', {
    // Required, even where it names none.
    enabledRegions: [],
    ...renamed(wanted, { environmentBlueprintId: 'environmentBlueprintIdentifier' }),
  });
  return requiredText(wanted, 'environmentBlueprintId');
}

/**
 * How a blueprint may be used in an account: Regions, roles, parameters. An account has one for each blueprint, and
 * the API shows those of the caller's account: the blueprint's id is the id. Policy grants call it
 * `<accountId>:<blueprintId>`. Its global parameters can be written, but no operation reads them back.
 */
export const environmentBlueprintConfiguration: Kind = {
  name: 'environmentBlueprintConfiguration',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: [
    'datazone:ListEnvironmentBlueprintConfigurations',
    'datazone:GetEnvironmentBlueprintConfiguration',
  ],
  shape: known,
  channels: [
    { operation: 'ListEnvironmentBlueprintConfigurations' },
    { operation: 'GetEnvironmentBlueprintConfiguration' },
  ],
  events: [],
  calls: [
    asked(
      'environmentBlueprintIdentifier',
      'PutEnvironmentBlueprintConfiguration',
      'DeleteEnvironmentBlueprintConfiguration',
    ),
  ],
  restoredBy:
    '`PutEnvironmentBlueprintConfiguration`; by hand `globalParameters`, which can be written, but never read, and ' +
    'secrets among `regionalParameters`',
  indexed: false,
  enumerate: (source, _scopeId, cursor) =>
    itemsPage(
      source,
      'ListEnvironmentBlueprintConfigurations',
      {},
      (item) => identify(item, 'ListEnvironmentBlueprintConfigurations'),
      cursor,
    ),
  read: async (source, id) =>
    identify(
      await source.call('GetEnvironmentBlueprintConfiguration', { environmentBlueprintIdentifier: id }),
      'GetEnvironmentBlueprintConfiguration',
    ),
  columns: (record) => namedColumns(record, 'environmentBlueprintId', 'provisioningRoleArn'),
  references: (record) => referenceAt('environmentBlueprint', record, 'environmentBlueprintId'),
  restore: {
    operations: {
      create: ['PutEnvironmentBlueprintConfiguration'],
      update: ['PutEnvironmentBlueprintConfiguration'],
    },
    portable: withoutHiddenSecrets,
    // Roles of Lake Formation get rights in the account.
    actsOutside: true,
    keyMembers: ['environmentBlueprintId'],
    key: (record) => keyOf(record, 'environmentBlueprintId'),
    create: put,
    update: async (target, changing) => {
      await put(target, changing);
    },
  },
};
