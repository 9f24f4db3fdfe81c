import { columnsOf } from './columns';
import { text } from './json';
import type { JsonObject, Kind, Page, Reading } from './kind';
import { readingOf } from './pages';
import { pick, type RestoreTarget } from './restoration';
import { divide, structure, values } from './shape';
import { type DomainSource, ResourceAbsentError } from './source';
import { time } from './times';

const known = structure({
  ...values('isExportEnabled', 'status', 's3TableBucketArn', 'createdAt', 'updatedAt'),
  encryptionConfiguration: structure(values('kmsKeyArn', 'sseAlgorithm')),
});

const channel = { operation: 'GetDataExportConfiguration' };

/** A domain has one at most, so that the domain's id is its own. An answer that says nothing is taken for none. */
async function read(source: DomainSource): Promise<Reading> {
  const answer = await source.call(channel.operation, {});
  if ((answer.isExportEnabled ?? null) === null) {
    throw new ResourceAbsentError(`domain ${source.domainId} exports no data`);
  }
  const { domainId } = source;
  return readingOf(
    divide(answer, known, channel),
    domainId,
    domainId,
    time(answer, 'updatedAt', 'createdAt'),
  );
}

async function enumerate(source: DomainSource): Promise<Page> {
  try {
    return { readings: [await read(source)] };
  } catch (error) {
    if (error instanceof ResourceAbsentError) return { readings: [] };
    throw error;
  }
}

async function put(
  target: RestoreTarget,
  { wanted, clientToken }: { readonly wanted: JsonObject; readonly clientToken: string },
): Promise<void> {
  await target.call('PutDataExportConfiguration', {
    enableExport: wanted.isExportEnabled,
    ...pick(wanted, 'encryptionConfiguration'),
    clientToken,
  });
}

/** Whether the domain's catalog is exported into tables of S3, and under which key. */
export const dataExportConfiguration: Kind = {
  name: 'dataExportConfiguration',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDataExportConfiguration'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [{ on: ['PutDataExportConfiguration', 'DeleteDataExportConfiguration'], id: ['domain'] }],
  restoredBy: '`PutDataExportConfiguration`; one domain of an account and Region can export',
  indexed: false,
  enumerate,
  read,
  columns: (record) => columnsOf({ Status: text(record, 'status') }),
  references: () => [],
  restore: {
    operations: { create: ['PutDataExportConfiguration'], update: ['PutDataExportConfiguration'] },
    assigned: ['status', 's3TableBucketArn'],
    keyMembers: [],
    // A domain has one at most.
    key: () => [],
    // It fills tables of S3.
    actsOutside: true,
    create: async (target, making) => {
      await put(target, making);
      return target.domainId;
    },
    update: put,
  },
};
