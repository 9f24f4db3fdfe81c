import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { renamed } from './json';
import type { Kind, Reading } from './kind';
import { inTurn, listedItem, listedPage, reading } from './pages';
import { referenceAt } from './references';
import {
  type Changing,
  changed,
  idIn,
  keyOf,
  pick,
  type RestoreTarget,
  withoutHiddenSecrets,
} from './restoration';
import { type Channel, divide, list, settings, structure, value, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'status'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'updatedBy'),
  // What the API gives of a cell is kept as it comes: the SDK's `CellInformation` has no members.
  cellOrder: list(value),
  metadata: settings,
  parameters: settings,
  environmentConfiguration: structure({
    imageVersion: value,
    packageConfig: structure(values('packageManager', 'packageSpecification')),
  }),
});

const lock = 'who edits the notebook just now: it moves without a change';

const channel: Channel = {
  operation: 'GetNotebook',
  omitted: {
    lockedBy: lock,
    lockedAt: lock,
    lockExpiresAt: lock,
    computeId: 'the compute on which the notebook runs just now',
    error: 'why the last operation on the notebook failed: progress',
  },
};

/**
 * AWS does not say whether the list gives archived notebooks where no status is asked for. It is asked for them, and
 * for what it gives unasked: newer services have more statuses than this code can name.
 */
const turns = [{}, { status: 'ARCHIVED' }] as const;

async function read(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call('GetNotebook', { identifier: id }), known, channel);
  return reading(divided, 'id', 'owningProjectId', time(divided.record, 'updatedAt', 'createdAt'));
}

/** What the service says while it reads or writes the notebook is none of a person's to set. */
const settable = ['ACTIVE', 'ARCHIVED'];

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const { status, ...members } = changed(
    changing,
    ...['name', 'description', 'status', 'metadata', 'parameters', 'environmentConfiguration'],
  );
  await target.call('UpdateNotebook', {
    identifier: changing.id,
    ...members,
    ...(typeof status === 'string' && settable.includes(status) && { status }),
    clientToken: changing.clientToken,
  });
}

/** A notebook without the bodies of its cells, which the API does not give. */
export const notebook: Kind = {
  name: 'notebook',
  versions: ['V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListNotebooks', 'datazone:GetNotebook'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [
    answered('id', 'CreateNotebook'),
    answered('notebookId', 'StartNotebookImport'),
    asked('identifier', 'UpdateNotebook', 'DeleteNotebook'),
  ],
  restoredBy:
    '`CreateNotebook`, `UpdateNotebook`, without cells: the API gives their order, and not what stands in them, which ' +
    'only an export into a bucket (`StartNotebookExport`) holds',
  indexed: false,
  enumerate: (source, scopeId, cursor) =>
    inTurn(
      turns,
      (turn, nextToken) =>
        listedPage(
          source,
          'ListNotebooks',
          { owningProjectIdentifier: scopeId, ...turn },
          (item) => listedItem(item, scopeId, 'status', 'updatedAt'),
          nextToken,
        ),
      cursor,
    ),
  read,
  columns: (record) => namedColumns(record, 'name', 'status', 'owningProjectId'),
  references: (record) => referenceAt('project', record, 'owningProjectId'),
  restore: {
    operations: { create: ['CreateNotebook'], update: ['UpdateNotebook'] },
    // An order of cells that are not there.
    assigned: ['cellOrder'],
    portable: withoutHiddenSecrets,
    fixed: ['owningProjectId'],
    keyMembers: ['owningProjectId', 'name'],
    key: (record) => keyOf(record, 'owningProjectId', 'name'),
    // Its status, and the environment that its cells run in, are set once it is there.
    create: (target, { wanted, clientToken }) =>
      idIn(
        target.call('CreateNotebook', {
          ...renamed(pick(wanted, 'owningProjectId', 'name', 'description', 'metadata', 'parameters'), {
            owningProjectId: 'owningProjectIdentifier',
          }),
          clientToken,
        }),
      ),
    update,
  },
};
