import { answered, asked, events, held, under } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { foundInList } from './found-in-list';
import { objects, requiredText } from './json';
import type { JsonObject, Kind, Page, Reading } from './kind';
import { rawPage, readingOf } from './pages';
import { principal, principalId, principalInput, profileReferences } from './principal';
import { referenceAt } from './references';
import { keyOf, type Making, type RestoreTarget } from './restoration';
import { divide, structure, values } from './shape';
import type { DomainSource } from './source';

const known = structure({ ...values('domainUnitId'), owner: principal });

const channel = { operation: 'ListEntityOwners' };

/** Largest page of ListEntityOwners. */
const pageSize = 25;

async function ownersOf(source: DomainSource, domainUnitId: string, cursor?: string): Promise<Page> {
  const { answer, nextToken } = await rawPage(
    source,
    channel.operation,
    { entityType: 'DOMAIN_UNIT', entityIdentifier: domainUnitId, maxResults: pageSize },
    cursor,
  );
  return {
    readings: objects(answer, 'owners').map((owner) => identify(owner, domainUnitId, source.domainId)),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

function identify(owner: JsonObject, domainUnitId: string, domainId: string): Reading {
  return readingOf(
    divide({ domainUnitId, owner }, known, channel),
    compositeId(domainUnitId, principalId(owner)),
    domainId,
  );
}

async function add(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const domainUnitId = requiredText(wanted, 'domainUnitId');
  const { id, kind, input } = principalInput(wanted.owner);
  await target.call('AddEntityOwner', {
    entityType: 'DOMAIN_UNIT',
    entityIdentifier: domainUnitId,
    owner: { [kind]: input },
    clientToken,
  });
  return compositeId(domainUnitId, id);
}

/** Who owns a unit of the domain: one resource for each unit and owner. Its events name the unit alone. */
export const domainUnitOwner: Kind = {
  name: 'domainUnitOwner',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListEntityOwners'],
  shape: known,
  channels: [channel],
  parentage: { kinds: ['domainUnit'], rotates: false },
  events: [
    under(
      'domainUnit',
      events('Domain Unit Created', 'Domain Unit Owner Added', 'Domain Unit Owner Removed'),
    ),
    held(events('Domain Unit Deleted')),
  ],
  calls: [
    under('domainUnit', answered('id', 'CreateDomainUnit')),
    under('domainUnit', asked('entityIdentifier', 'AddEntityOwner', 'RemoveEntityOwner'), {
      when: ['requestParameters.entityType', 'DOMAIN_UNIT'],
    }),
    under('domainUnit', { on: ['UpdateRootDomainUnitOwner'], id: ['rootDomainUnit'] }),
    held(asked('identifier', 'DeleteDomainUnit')),
  ],
  restoredBy: '`AddEntityOwner`; whoever makes a unit owns it too, until `RemoveEntityOwner`',
  indexed: false,
  enumerate: (source, _scopeId, cursor, parent) => ownersOf(source, parent?.id ?? '', cursor),
  read: (source, id) => foundInList(id, (cursor) => ownersOf(source, partsOf(id)[0] ?? '', cursor)),
  columns: (record) => namedColumns(record, 'domainUnitId'),
  references: (record) => [
    ...referenceAt('domainUnit', record, 'domainUnitId'),
    ...profileReferences(record, 'owner'),
  ],
  restore: {
    operations: { create: ['AddEntityOwner'] },
    keyMembers: ['domainUnitId', 'owner'],
    key: (record) => keyOf(record, 'domainUnitId', 'owner'),
    create: add,
  },
};
