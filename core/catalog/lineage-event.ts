import { answered } from './change-signs';
import { columnsOf } from './columns';
import { requiredText, text } from './json';
import type { Kind, Page, Reading } from './kind';
import { lineageReferences } from './lineage-references';
import { listedItem, listedPage, reading } from './pages';
import { idIn, keyOf } from './restoration';
import { divide, structure, value, values } from './shape';
import type { DomainSource } from './source';
import { isoTime, time } from './times';

/** `event` is the text that was posted; times are of whole seconds, as headers carry them. */
const known = structure(values('id', 'domainId', 'event', 'eventTime', 'createdAt', 'createdBy'));

const channel = { operation: 'GetLineageEvent', facets: { processingStatus: value } };

/**
 * Oldest first, so that what is posted meanwhile comes at the end. Events that could not be processed were posted
 * too. An event is never changed; one that was still being processed is read once more when that has ended.
 */
function enumerate(source: DomainSource, scopeId: string, cursor?: string): Promise<Page> {
  return listedPage(
    source,
    'ListLineageEvents',
    { sortOrder: 'ASCENDING' },
    (item) => listedItem(item, scopeId, 'createdAt', 'processingStatus'),
    cursor,
  );
}

async function read(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call(channel.operation, { identifier: id }), known, channel);
  return reading(divided, 'id', 'domainId', time(divided.record, 'createdAt'));
}

/** A run of a job that took data from somewhere to somewhere, as OpenLineage tells it. */
export const lineageEvent: Kind = {
  name: 'lineageEvent',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListLineageEvents', 'datazone:GetLineageEvent'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [answered('id', 'PostLineageEvent')],
  restoredBy: '`PostLineageEvent`, in the order of their times',
  indexed: false,
  enumerate,
  read,
  columns: (record) =>
    columnsOf({ EventTime: isoTime(record, 'eventTime'), CreatedBy: text(record, 'createdBy') }),
  references: (record) => lineageReferences(requiredText(record, 'domainId'), text(record, 'event') ?? ''),
  restore: {
    operations: { create: ['PostLineageEvent'] },
    // The service takes its time from its text, which says the rest too.
    keyMembers: ['eventTime', 'event'],
    key: (record) => keyOf(record, 'event', 'eventTime'),
    rank: (record) => time(record, 'eventTime') ?? 0,
    create: (target, { wanted, clientToken }) =>
      idIn(
        target.call('PostLineageEvent', { event: Buffer.from(requiredText(wanted, 'event')), clientToken }),
      ),
  },
};
