import type { Call } from '../call';
import { type DataPoint, type Domain, latest, seriesName, seriesOf } from '../domain';
import { notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { referredType, revisionOf } from './form-types';
import { requireJson } from './forms';

type Entity = Pick<Given<'ListTimeSeriesDataPoints'>, 'domainIdentifier' | 'entityIdentifier' | 'entityType'>;
type Summary = NonNullable<Answer<'ListTimeSeriesDataPoints'>['items']>[number];

const longestSummary = 20_000;

/** What is measured of an asset again and again, such as the quality of its data. A point is never changed. */
export const timeSeries: Handlers = {
  PostTimeSeriesDataPoints(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { entityType, entityIdentifier: entityId } = input;
    requireEntity(call, domain, input);
    const points = input.forms.map(({ formName, typeIdentifier, typeRevision, timestamp, content }) => {
      const type = referredType(call, domain.formTypes, typeIdentifier);
      const { revision } = revisionOf(type, 'Form type', typeIdentifier, typeRevision);
      requireJson(formName, content);
      const form = {
        id: call.newId(),
        formName,
        typeIdentifier,
        typeRevision: revision,
        timestamp,
        ...present({ content }),
      };
      return { entityType, entityId, form };
    });
    for (const point of points) {
      domain.dataPoints.put(point.form.id, point);
      const series = seriesOf(point);
      const before = domain.latestDataPoints.get(series);
      if (!before || before.form.timestamp <= point.form.timestamp)
        domain.latestDataPoints.put(series, point);
    }
    reindex(domain, input);
    return { domainId: domain.id, entityId, entityType, forms: points.map(({ form }) => form) };
  },

  GetTimeSeriesDataPoint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireEntity(call, domain, input);
    const { entityType, entityIdentifier: entityId, formName, identifier } = input;
    const point = call.find(domain.dataPoints, 'Data point', identifier);
    if (point.entityId !== entityId || point.form.formName !== formName)
      throw notFound('Data point', identifier);
    return { domainId: domain.id, entityId, entityType, formName, form: point.form };
  },

  ListTimeSeriesDataPoints(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireEntity(call, domain, input);
    const { entityType, entityIdentifier, formName, startedAt, endedAt } = input;
    const page = call.page(input, {
      table: domain.dataPoints,
      group: seriesName(entityType, entityIdentifier, formName),
      matches: ({ form: { timestamp } }) =>
        (startedAt === undefined || timestamp >= startedAt) &&
        (endedAt === undefined || timestamp <= endedAt),
      sort: { key: ({ form }) => form.timestamp.getTime(), descending: true },
    });
    return { items: page.rows.map(summaryOf), nextToken: page.nextToken };
  },

  DeleteTimeSeriesDataPoints(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireEntity(call, domain, input);
    removeSeries(domain, seriesName(input.entityType, input.entityIdentifier, input.formName));
    reindex(domain, input);
    return {};
  },
};

/** The latest point of each form of an asset, as GetAsset and Search show it. */
export function latestDataPoints(domain: Domain, assetId: string): Summary[] | undefined {
  const points = domain.latestDataPoints.rows(`ASSET/${assetId}`);
  return points.length === 0 ? undefined : points.map(summaryOf);
}

/** Deletes all series of an asset or a listing. */
export function removeDataPoints(domain: Domain, entityType: string, entityId: string): void {
  for (const point of domain.latestDataPoints.rows(`${entityType}/${entityId}`)) {
    removeSeries(domain, seriesOf(point));
  }
}

function removeSeries(domain: Domain, series: string): void {
  for (const { form } of domain.dataPoints.rows(series)) domain.dataPoints.delete(form.id ?? '');
  domain.latestDataPoints.delete(series);
}

/** What Search shows of an asset has changed with its latest points. */
function reindex(domain: Domain, { entityType, entityIdentifier }: Entity): void {
  const asset = entityType === 'ASSET' ? domain.assets.get(entityIdentifier) : undefined;
  if (asset) domain.assets.put(entityIdentifier, { ...asset });
}

function requireEntity(call: Call, domain: Domain, { entityType, entityIdentifier }: Entity): void {
  if (entityType === 'ASSET') {
    const asset = latest(call.find(domain.assets, 'Asset', entityIdentifier));
    requireMember(call, domain, asset.owningProjectId);
  } else {
    const { item } = call.find(domain.listings, 'Listing', entityIdentifier);
    requireMember(call, domain, item?.assetListing?.owningProjectId ?? '');
  }
}

function summaryOf({ form: { content, ...form } }: DataPoint): Summary {
  return { ...form, ...(content === undefined ? {} : { contentSummary: content.slice(0, longestSummary) }) };
}
