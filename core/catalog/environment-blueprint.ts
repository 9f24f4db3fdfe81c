import { deploymentProperties, provisioningProperties, userParameters } from './blueprint-shapes';
import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { requiredText, text } from './json';
import type { JsonObject, Kind, Page } from './kind';
import { inTurn, listedItem, listedPage, readingOf } from './pages';
import { referencesIn } from './references';
import { changed, idIn, keyOf, pick } from './restoration';
import { divide, strings, structure, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'name', 'description', 'provider', 'createdAt', 'updatedAt'),
  provisioningProperties,
  deploymentProperties,
  userParameters,
  glossaryTerms: strings,
});

const channel = { operation: 'GetEnvironmentBlueprint' };

/** Those that AWS supplies, then custom ones: what the list gives where nothing is asked is not documented. */
const managed: readonly [boolean, boolean] = [true, false];

const enumerate = (source: DomainSource, _scopeId: string, cursor?: string): Promise<Page> =>
  inTurn(
    managed,
    (managed, nextToken) =>
      listedPage(
        source,
        'ListEnvironmentBlueprints',
        { managed },
        (item) =>
          listedItem(
            item,
            source.domainId,
            'updatedAt',
            'name',
            'description',
            'provider',
            'provisioningProperties',
          ),
        nextToken,
      ),
    cursor,
  );

/** The answer does not say whether a blueprint is AWS's own; of these an Amazon service is the provider. */
function isManaged(record: JsonObject): boolean {
  return text(record, 'provider')?.startsWith('Amazon ') === true;
}

/** What environments are made from; those that AWS supplies have the same names in every domain, but other ids. */
export const environmentBlueprint: Kind = {
  name: 'environmentBlueprint',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListEnvironmentBlueprints', 'datazone:GetEnvironmentBlueprint'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [
    answered('id', 'CreateEnvironmentBlueprint'),
    asked('identifier', 'UpdateEnvironmentBlueprint', 'DeleteEnvironmentBlueprint'),
  ],
  restoredBy:
    "`CreateEnvironmentBlueprint`, with a copy of its CloudFormation template; AWS's own ones are found by name",
  indexed: false,
  enumerate,
  read: async (source, identifier) => {
    const divided = divide(await source.call(channel.operation, { identifier }), known, channel);
    const id = requiredText(divided.record, 'id');
    // The answer does not name its domain.
    return readingOf(divided, id, source.domainId, time(divided.record, 'updatedAt', 'createdAt'));
  },
  columns: (record) => namedColumns(record, 'name', 'provider'),
  references: (record) => referencesIn('glossaryTerm', record, 'glossaryTerms'),
  restore: {
    operations: { create: ['CreateEnvironmentBlueprint'], update: ['UpdateEnvironmentBlueprint'] },
    // No operation takes them.
    assigned: ['provider', 'deploymentProperties', 'glossaryTerms'],
    // AWS changes its own as it likes.
    portable: (record) => (isManaged(record) ? pick(record, 'name') : record),
    // Custom ones may not be called as one of AWS's.
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    madeByService: (record) => (isManaged(record) ? "AWS's own blueprint" : undefined),
    create: (target, { wanted }) => idIn(target.call('CreateEnvironmentBlueprint', wanted)),
    update: async (target, changing) => {
      await target.call('UpdateEnvironmentBlueprint', {
        identifier: changing.id,
        ...changed(changing, 'description', 'provisioningProperties', 'userParameters'),
      });
    },
  },
};
