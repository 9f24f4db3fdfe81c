import { projectOf } from './asset-project';
import { attributeNames } from './attribute-names';
import { asked, held, onAssets } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { formReferences } from './form-references';
import { forms, formsInput } from './forms';
import { objects, requiredText, text } from './json';
import type { JsonObject, Kind, Page, Parent, Reading } from './kind';
import { readingOf } from './pages';
import { referenceAt } from './references';
import { keyOf, type Making, type RestoreTarget } from './restoration';
import { type Channel, divide, structure, values } from './shape';
import {
  type DomainSource,
  InvalidRequestError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from './source';

const known = structure({ ...values('assetId', 'attributeIdentifier'), forms });

const channel: Channel = {
  operation: 'BatchGetAttributesMetadata',
  omitted: { errors: 'an attribute that is not there; any other error fails the call' },
};

/** Most attributes of one call. */
const batchSize = 5;

/** No operation lists which attributes have metadata: all that the asset's forms name are asked for, in order. */
async function enumerate(
  source: DomainSource,
  scopeId: string,
  cursor?: string,
  parent?: Parent,
): Promise<Page> {
  if (parent === undefined) return { readings: [] };
  const names = attributeNames((await parent.content()).record);
  const open = cursor === undefined ? names : names.filter((name) => name > cursor);
  const batch = open.slice(0, batchSize);
  if (batch.length === 0) return { readings: [] };
  const found = await attributesOf(source, parent.id, batch);
  const last = batch.at(-1);
  return {
    readings: found.map((attribute) => identify(attribute, parent.id, scopeId)),
    ...(open.length > batch.length && last !== undefined && { cursor: last }),
  };
}

/** What is said of some attributes of an asset; one of which nothing is said is not there. */
async function attributesOf(
  source: DomainSource,
  assetId: string,
  names: readonly string[],
): Promise<readonly JsonObject[]> {
  const answer = await source.call(channel.operation, {
    entityType: 'ASSET',
    entityIdentifier: assetId,
    attributeIdentifiers: names,
  });
  for (const error of objects(answer, 'errors')) {
    const isAsked = names.includes(text(error, 'attributeIdentifier') ?? '');
    if (isAsked && !isAbsence(error)) throw errorOf(channel.operation, error);
  }
  return objects(answer, 'attributes').filter((attribute) => objects(attribute, 'forms').length > 0);
}

/** Errors of single attributes come in an answer of status 200, and their codes are documented nowhere. */
function errorOf(operation: string, error: JsonObject): Error {
  const code = text(error, 'code') ?? '';
  const message = `${operation}: ${text(error, 'attributeIdentifier')}: ${code} ${text(error, 'message')}`;
  if (/throttl|internal|unavailable/i.test(code)) return new RetryableError(message);
  return isAbsence(error) ? new InvalidRequestError(message) : new ResourceDeniedError(message);
}

function isAbsence(error: JsonObject): boolean {
  return /not_?found/i.test(text(error, 'code') ?? '');
}

function identify(attribute: JsonObject, assetId: string, scopeId: string): Reading {
  const divided = divide({ assetId, ...attribute }, known, channel);
  const id = compositeId(assetId, requiredText(divided.record, 'attributeIdentifier'));
  return readingOf(divided, id, scopeId);
}

async function read(source: DomainSource, id: string, scopeId?: string): Promise<Reading> {
  const [assetId = '', name = ''] = partsOf(id);
  const attributes = await attributesOf(source, assetId, [name]);
  const project = await projectOf(source, assetId, scopeId);
  const found = attributes.find((attribute) => attribute.attributeIdentifier === name);
  if (found === undefined) throw new ResourceAbsentError(`asset ${assetId} has no metadata of ${name}`);
  return identify(found, assetId, project);
}

const put = 'BatchPutAttributesMetadata';

/** Writes all that is said of one attribute, whether something was or not. */
async function write(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const assetId = requiredText(wanted, 'assetId');
  const attributeIdentifier = requiredText(wanted, 'attributeIdentifier');
  const answer = await target.call(put, {
    entityType: 'ASSET',
    entityIdentifier: assetId,
    attributes: [{ attributeIdentifier, forms: formsInput(wanted, 'forms') }],
    clientToken,
  });
  const [error] = objects(answer, 'errors');
  if (error !== undefined) throw errorOf(put, error);
  return compositeId(assetId, attributeIdentifier);
}

/** Metadata forms on a single attribute of an asset: a column of a table. */
export const attributeMetadata: Kind = {
  name: 'attributeMetadata',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:BatchGetAttributesMetadata', 'datazone:GetAsset'],
  shape: known,
  channels: [channel],
  parentage: { kinds: ['asset'], rotates: true },
  events: [held({ on: ['New Asset Version Available'], id: ['data.assetId'] })],
  calls: [
    {
      on: ['BatchPutAttributesMetadata'],
      each: 'requestParameters.attributes',
      id: ['requestParameters.entityIdentifier', '.attributeIdentifier'],
      ...onAssets,
    },
    // What is said of a column goes with it.
    held(asked('identifier', 'DeleteAsset', 'CreateAssetRevision')),
  ],
  restoredBy: '`BatchPutAttributesMetadata`',
  indexed: false,
  enumerate,
  read,
  columns: (record) => namedColumns(record, 'assetId', 'attributeIdentifier'),
  references: (record, context) => [
    ...referenceAt('asset', record, 'assetId'),
    ...formReferences(record, 'forms', context),
  ],
  restore: {
    operations: { create: [put], update: [put] },
    keyMembers: ['assetId', 'attributeIdentifier'],
    key: (record) => keyOf(record, 'assetId', 'attributeIdentifier'),
    create: write,
    update: async (target, changing) => {
      await write(target, changing);
    },
  },
};
