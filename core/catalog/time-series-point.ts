import { projectOf } from './asset-project';
import { asked, askedBy, held, onAssets } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { isList, isObject, objects, requiredText, text } from './json';
import type { JsonObject, Kind, Listed, Page, Parent, Reading } from './kind';
import { inTurn, listedPage, readingOf } from './pages';
import { referenceAt, typeReference } from './references';
import type { Making, RestoreTarget } from './restoration';
import { divide, structure, values } from './shape';
import { type DomainSource, MalformedAnswerError } from './source';
import { isoTime, time } from './times';

const known = structure({
  ...values('domainId', 'entityId', 'entityType', 'formName'),
  form: structure(values('id', 'formName', 'typeIdentifier', 'typeRevision', 'timestamp', 'content')),
});

const channel = { operation: 'GetTimeSeriesDataPoint' };

/** Only an asset that shows a latest point has any. Each of its forms has a series of its own. */
async function enumerate(
  source: DomainSource,
  scopeId: string,
  cursor?: string,
  parent?: Parent,
): Promise<Page> {
  const [first, ...others] = parent === undefined ? [] : await seriesOf(parent);
  if (parent === undefined || first === undefined) return { readings: [] };
  return inTurn(
    [first, ...others],
    (formName, nextToken) =>
      listedPage(
        source,
        'ListTimeSeriesDataPoints',
        { entityType: 'ASSET', entityIdentifier: parent.id, formName },
        (item) => listed(item, parent.id, scopeId),
        nextToken,
      ),
    cursor,
  );
}

async function seriesOf({ content }: Parent): Promise<string[]> {
  const latest = (await content()).facets.latestTimeSeriesDataPointFormsOutput;
  const points = isList(latest) ? latest.filter(isObject) : [];
  return [...new Set(points.flatMap((point) => text(point, 'formName') ?? []))].sort();
}

/** A point is never changed. */
function listed(item: JsonObject, assetId: string, scopeId: string): Listed {
  const id = compositeId(assetId, requiredText(item, 'formName'), requiredText(item, 'id'));
  return { id, scopeId, summary: { timestamp: item.timestamp ?? null } };
}

async function read(source: DomainSource, id: string, scopeId?: string): Promise<Reading> {
  const [entityIdentifier = '', formName = '', identifier = ''] = partsOf(id);
  const answer = await source.call(channel.operation, {
    entityType: 'ASSET',
    entityIdentifier,
    formName,
    identifier,
  });
  const project = await projectOf(source, entityIdentifier, scopeId);
  const divided = divide(answer, known, channel);
  const form = formOf(divided.record);
  return readingOf(
    divided,
    compositeId(entityIdentifier, formName, requiredText(form, 'id')),
    project,
    time(form, 'timestamp'),
  );
}

function formOf({ form }: JsonObject): JsonObject {
  return isObject(form) ? form : {};
}

async function post(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const entityIdentifier = requiredText(wanted, 'entityId');
  const { formName, typeIdentifier, typeRevision, content } = formOf(wanted);
  const milliseconds = time(formOf(wanted), 'timestamp');
  const answer = await target.call('PostTimeSeriesDataPoints', {
    entityType: wanted.entityType,
    entityIdentifier,
    forms: [
      {
        formName,
        typeIdentifier,
        typeRevision,
        content,
        ...(milliseconds !== undefined && { timestamp: new Date(milliseconds) }),
      },
    ],
    clientToken,
  });
  const [point] = objects(answer, 'forms');
  if (point === undefined) throw new MalformedAnswerError('PostTimeSeriesDataPoints: answer without forms');
  return compositeId(entityIdentifier, requiredText(wanted, 'formName'), requiredText(point, 'id'));
}

/** What was measured of an asset at one time, such as the quality of its data. */
export const timeSeriesPoint: Kind = {
  name: 'timeSeriesPoint',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListTimeSeriesDataPoints', 'datazone:GetTimeSeriesDataPoint', 'datazone:GetAsset'],
  shape: known,
  channels: [channel],
  parentage: { kinds: ['asset'], rotates: true },
  events: [],
  calls: [
    {
      on: ['PostTimeSeriesDataPoints'],
      each: 'responseElements.forms',
      id: ['requestParameters.entityIdentifier', '.formName', '.id'],
      ...onAssets,
    },
    held(askedBy(['entityIdentifier', 'formName'], 'DeleteTimeSeriesDataPoints'), onAssets),
    held(asked('identifier', 'DeleteAsset')),
  ],
  restoredBy: '`PostTimeSeriesDataPoints`, with the time of each',
  indexed: false,
  enumerate,
  read,
  columns: (record) => ({
    ...namedColumns(record, 'formName'),
    ...columnsOf({ AssetId: text(record, 'entityId'), Timestamp: isoTime(formOf(record), 'timestamp') }),
  }),
  references: (record) => [
    ...referenceAt('asset', record, 'entityId'),
    ...typeReference('formType', formOf(record), 'typeIdentifier', 'typeRevision', 'form.typeIdentifier'),
  ],
  restore: {
    operations: { create: ['PostTimeSeriesDataPoints'] },
    assigned: ['form.id'],
    keyMembers: ['entityId', 'formName', 'form'],
    // There may be several of one time.
    key: (record) => {
      const { timestamp = null, content = null } = formOf(record);
      return [record.entityId ?? null, record.formName ?? null, timestamp, content];
    },
    create: post,
  },
};
