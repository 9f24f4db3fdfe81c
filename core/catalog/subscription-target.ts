import { answeredUnder, askedBy, events, held, under } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { isList, renamed, requiredText, text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { itemsPage, readingOf } from './pages';
import { referenceAt, referencesIn } from './references';
import { changed, changedTo, idIn, keyOf } from './restoration';
import { divide, setBy, strings, structure, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'projectId', 'environmentId', 'name', 'type', 'provider'),
  ...values('createdBy', 'createdAt', 'updatedBy', 'updatedAt'),
  ...values('manageAccessRole', 'subscriptionGrantCreationMode'),
  authorizedPrincipals: strings,
  applicableAssetTypes: strings,
  subscriptionTargetConfig: setBy('formName', structure(values('formName', 'content'))),
});

function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  const { record } = divided;
  const id = compositeId(requiredText(record, 'environmentId'), requiredText(record, 'id'));
  return readingOf(divided, id, requiredText(record, 'projectId'), time(record, 'updatedAt', 'createdAt'));
}

async function read(source: DomainSource, id: string): Promise<Reading> {
  const [environmentIdentifier = '', identifier = ''] = partsOf(id);
  const raw = await source.call('GetSubscriptionTarget', { environmentIdentifier, identifier });
  return identify(raw, 'GetSubscriptionTarget');
}

/**
 * DataZone makes a role for the users of an environment, and calls it by the ids of the environment and its project:
 * the new environment has one of its own.
 */
function withOwnRole(record: JsonObject): JsonObject {
  const { authorizedPrincipals: principals } = record;
  if (!isList(principals)) return record;
  const [project, environment] = ['projectId', 'environmentId'].map((member) => text(record, member));
  return {
    ...record,
    authorizedPrincipals: principals.map((principal) =>
      typeof principal === 'string'
        ? principal.replace(ownRole, (_, path: string, byProject: string | undefined) =>
            byProject === undefined ? `${path}${environment}` : `${path}role_${project}_${environment}`,
          )
        : principal,
    ),
  };
}

const ownRole = /(:role\/(?:[^/]+\/)*datazone_usr_)(role_)?[A-Za-z0-9_-]+$/;

/** Where in an environment, and by which role, subscribed data is made available. */
export const subscriptionTarget: Kind = {
  name: 'subscriptionTarget',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListSubscriptionTargets', 'datazone:GetSubscriptionTarget'],
  shape: known,
  channels: [{ operation: 'ListSubscriptionTargets' }, { operation: 'GetSubscriptionTarget' }],
  parentage: { kinds: ['environment'], rotates: false },
  events: [
    under('environment', events('Environment Deployment Completed')),
    held(events('Environment Deletion Completed')),
  ],
  calls: [
    answeredUnder('environmentIdentifier', 'id', 'CreateSubscriptionTarget'),
    askedBy(['environmentIdentifier', 'identifier'], 'UpdateSubscriptionTarget', 'DeleteSubscriptionTarget'),
  ],
  restoredBy: '`CreateSubscriptionTarget`; those that come with an environment are found by name and type',
  indexed: false,
  enumerate: (source, _scopeId, cursor, parent) =>
    itemsPage(
      source,
      'ListSubscriptionTargets',
      { environmentIdentifier: parent?.id },
      (item) => identify(item, 'ListSubscriptionTargets'),
      cursor,
    ),
  read,
  columns: (record) => namedColumns(record, 'name', 'type', 'environmentId', 'manageAccessRole'),
  references: (record) => [
    ...referenceAt('project', record, 'projectId'),
    ...referenceAt('environment', record, 'environmentId'),
    ...referencesIn('assetType', record, 'applicableAssetTypes'),
  ],
  restore: {
    operations: { create: ['CreateSubscriptionTarget'], update: ['UpdateSubscriptionTarget'] },
    // The environment's.
    assigned: ['projectId'],
    portable: withOwnRole,
    fixed: ['environmentId', 'type'],
    keyMembers: ['environmentId', 'name', 'type'],
    key: (record) => keyOf(record, 'environmentId', 'name', 'type'),
    create: async (target, { wanted, clientToken }) => {
      const id = await idIn(
        target.call('CreateSubscriptionTarget', {
          // Required, even where there are none.
          applicableAssetTypes: [],
          subscriptionTargetConfig: [],
          ...renamed(wanted, { environmentId: 'environmentIdentifier' }),
          clientToken,
        }),
      );
      return compositeId(requiredText(wanted, 'environmentId'), id);
    },
    update: async (target, changing) => {
      const [environmentIdentifier, identifier] = partsOf(changing.id);
      await target.call('UpdateSubscriptionTarget', {
        environmentIdentifier,
        identifier,
        ...changed(
          changing,
          ...['name', 'authorizedPrincipals', 'applicableAssetTypes', 'subscriptionTargetConfig'],
        ),
        ...changedTo(changing, 'manageAccessRole', 'provider', 'subscriptionGrantCreationMode'),
      });
    },
  },
};
