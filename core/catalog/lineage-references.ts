import { isList, isObject } from './json';
import type { Json, Reference } from './kind';

/**
 * Names by which a member of an OpenLineage facet holds an id of DataZone: no specification has them, so that they
 * are taken as people write them, `assetId` or `asset_identifier`.
 */
const idMember = /^(?:owning)?(asset|dataproduct|project|environment|glossaryterm|listing)(?:id|identifier)$/;

const kinds: Readonly<Record<string, string>> = {
  asset: 'asset',
  dataproduct: 'dataProduct',
  project: 'project',
  environment: 'environment',
  glossaryterm: 'glossaryTerm',
  listing: 'listing',
};

/** What an id of the service looks like: other catalogs have assets too. */
const idPattern = /^[a-zA-Z0-9_-]{1,36}$/;

/** References of a lineage event: the ids in its JSON, and the domain's own wherever it stands in a text. */
export function lineageReferences(domainId: string, event: string): readonly Reference[] {
  const found: Reference[] = [];
  // Not by recursion: events come from outside, as deep as anybody likes.
  const open: { member: string; value: Json; path: string }[] = [
    { member: '', value: parsed(event), path: 'event{json}' },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { member, value, path } = at;
    if (typeof value === 'string') found.push(...referencesOf(domainId, member, value, path));
    else if (isList(value)) {
      open.push(...value.map((item, n) => ({ member, value: item, path: `${path}[${n}]` })).reverse());
    } else if (isObject(value)) {
      const entries = Object.entries(value).map(([name, item]) => ({
        member: name,
        value: item,
        path: `${path}.${name}`,
      }));
      open.push(...entries.reverse());
    }
  }
  return found;
}

function referencesOf(domainId: string, member: string, value: string, path: string): readonly Reference[] {
  if (value.includes(domainId)) return [{ kind: 'domain', id: domainId, path }];
  const kind = kinds[idMember.exec(member.replace(/[^a-z]/gi, '').toLowerCase())?.[1] ?? ''];
  return kind !== undefined && idPattern.test(value) ? [{ kind, id: value, path }] : [];
}

function parsed(event: string): Json {
  try {
    return JSON.parse(event) as Json;
  } catch {
    return null;
  }
}
