import { answeredUnder, askedBy, events, held } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { requiredText } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { itemsPage, readingOf } from './pages';
import { referenceAt } from './references';
import { changed, idIn, keyOf } from './restoration';
import { divide, structure, union, values } from './shape';
import type { DomainSource } from './source';

const known = structure({
  ...values('id', 'domainId', 'environmentId', 'name', 'description'),
  parameters: union({ awsConsoleLink: structure(values('uri')) }),
});

function identify(raw: JsonObject, operation: string, scopeId: string): Reading {
  const divided = divide(raw, known, { operation });
  const { record } = divided;
  const id = compositeId(requiredText(record, 'environmentId'), requiredText(record, 'id'));
  return readingOf(divided, id, scopeId);
}

async function read(source: DomainSource, id: string, scopeId?: string): Promise<Reading> {
  const [environmentIdentifier = '', identifier = ''] = partsOf(id);
  const raw = await source.call('GetEnvironmentAction', { environmentIdentifier, identifier });
  return identify(raw, 'GetEnvironmentAction', scopeId ?? (await projectOf(source, environmentIdentifier)));
}

/** The action does not say of which project it is; who reads actions may read their environments. */
async function projectOf(source: DomainSource, identifier: string): Promise<string> {
  return requiredText(await source.call('GetEnvironment', { identifier }), 'projectId');
}

/** A link to a tool that people added to an environment. */
export const environmentAction: Kind = {
  name: 'environmentAction',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListEnvironmentActions', 'datazone:GetEnvironmentAction'],
  shape: known,
  channels: [{ operation: 'ListEnvironmentActions' }, { operation: 'GetEnvironmentAction' }],
  parentage: { kinds: ['environment'], rotates: false },
  events: [held(events('Environment Deletion Completed'))],
  calls: [
    answeredUnder('environmentIdentifier', 'id', 'CreateEnvironmentAction'),
    askedBy(['environmentIdentifier', 'identifier'], 'UpdateEnvironmentAction', 'DeleteEnvironmentAction'),
  ],
  restoredBy: '`CreateEnvironmentAction`',
  indexed: false,
  enumerate: (source, scopeId, cursor, parent) =>
    itemsPage(
      source,
      'ListEnvironmentActions',
      { environmentIdentifier: parent?.id },
      (item) => identify(item, 'ListEnvironmentActions', scopeId),
      cursor,
    ),
  read,
  columns: (record) => namedColumns(record, 'name', 'environmentId'),
  references: (record) => referenceAt('environment', record, 'environmentId'),
  restore: {
    operations: { create: ['CreateEnvironmentAction'], update: ['UpdateEnvironmentAction'] },
    fixed: ['environmentId'],
    // Actions of an environment may have the same name, and then differ in where they lead.
    keyMembers: ['environmentId', 'name', 'parameters'],
    key: (record) => keyOf(record, 'environmentId', 'name', 'parameters'),
    create: async (target, { wanted }) => {
      const { environmentId = null, ...members } = wanted;
      const id = await idIn(
        target.call('CreateEnvironmentAction', { environmentIdentifier: environmentId, ...members }),
      );
      return compositeId(requiredText(wanted, 'environmentId'), id);
    },
    update: async (target, changing) => {
      const [environmentIdentifier, identifier] = partsOf(changing.id);
      await target.call('UpdateEnvironmentAction', {
        environmentIdentifier,
        identifier,
        ...changed(changing, 'name', 'description', 'parameters'),
      });
    },
  },
};
