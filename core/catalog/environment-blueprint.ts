import { deploymentProperties, provisioningProperties, userParameters } from './blueprint-shapes';
import { namedColumns } from './columns';
import { requiredText } from './json';
import type { Kind, Page } from './kind';
import { inTurn, listedItem, listedPage, readingOf } from './pages';
import { referencesIn } from './references';
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
};
