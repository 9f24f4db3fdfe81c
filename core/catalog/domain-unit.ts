import { answered, asked, events } from './change-signs';
import { namedColumns } from './columns';
import { domainFacts } from './domain-facts';
import { objects, renamed, requiredText } from './json';
import type { Kind, Page, Reading } from './kind';
import { rawPage, reading } from './pages';
import { referenceAt } from './references';
import { changed, idIn, pick } from './restoration';
import { type Channel, divide, structure, values } from './shape';
import { type DomainSource, InvalidRequestError, ResourceAbsentError, ResourceDeniedError } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'parentDomainUnitId', 'name', 'description'),
  ...values('createdAt', 'createdBy', 'lastUpdatedAt', 'lastUpdatedBy'),
});

const channel: Channel = {
  operation: 'GetDomainUnit',
  omitted: { owners: 'a kind of their own: domainUnitOwner' },
};

/** Largest page of ListDomainUnitsForParent. */
const pageSize = 25;

/** GetDomainUnit calls in flight at once; the pace of calls is the source's matter. */
const concurrency = 4;

/** A unit of the tree; all but the root have one above them. */
interface Branch {
  readonly id: string;
  readonly under?: string;
}

interface TreeCursor {
  /** Units met so far, level by level. */
  readonly units: readonly Branch[];
  /** Position of the unit whose children come next. */
  readonly at: number;
  /** Where the list of its children stands. */
  readonly nextToken?: string;
}

async function get(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call('GetDomainUnit', { identifier: id }), known, channel);
  return reading(divided, 'id', 'domainId', time(divided.record, 'lastUpdatedAt', 'createdAt'));
}

/**
 * The tree of units, breadth first: the root, then the children of each unit. A list gives names and ids alone,
 * and nothing that would tell a change, so each unit is read by itself; a domain has 500 of them at most.
 */
async function enumerate(source: DomainSource, _scopeId: string, cursor?: string): Promise<Page> {
  if (cursor === undefined) {
    const { rootDomainUnitId: id } = await domainFacts(source);
    return { readings: [await get(source, id)], cursor: cursorOf({ units: [{ id }], at: 0 }) };
  }
  const { units, at, nextToken }: TreeCursor = JSON.parse(cursor);
  const above = units[at];
  if (above === undefined) return { readings: [] };
  const page = await orGone(source, above, () => children(source, above.id, nextToken));
  const readings: Reading[] = [];
  const branches = (page?.ids ?? []).map((id) => ({ id, under: above.id }));
  for (let start = 0; start < branches.length; start += concurrency) {
    const batch = branches
      .slice(start, start + concurrency)
      .map((branch) => orGone(source, branch, () => get(source, branch.id)));
    readings.push(...(await Promise.all(batch)).filter((found) => found !== undefined));
  }
  const met = new Set(units.map(({ id }) => id));
  const found = readings.filter(({ id }) => !met.has(id)).map(({ id }) => ({ id, under: above.id }));
  const next: TreeCursor = {
    units: [...units, ...found],
    ...(page?.nextToken === undefined ? { at: at + 1 } : { at, nextToken: page.nextToken }),
  };
  return next.at < next.units.length ? { readings, cursor: cursorOf(next) } : { readings };
}

function cursorOf(at: TreeCursor): string {
  return JSON.stringify(at);
}

async function children(
  source: DomainSource,
  parentDomainUnitIdentifier: string,
  cursor?: string,
): Promise<{ ids: string[]; nextToken?: string }> {
  const input = { parentDomainUnitIdentifier, maxResults: pageSize };
  const { answer, ...page } = await rawPage(source, 'ListDomainUnitsForParent', input, cursor);
  return { ids: objects(answer, 'items').map((item) => requiredText(item, 'id')), ...page };
}

/**
 * Undefined for a unit that was deleted since it was listed. Its Get then answers 404 or 403, and the list of its
 * children, which knows no 404, whatever it likes: the list of the unit above tells.
 */
async function orGone<T>(source: DomainSource, unit: Branch, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    const isDoubtful =
      error instanceof InvalidRequestError || (error instanceof ResourceDeniedError && !error.byIam);
    if (!isDoubtful || unit.under === undefined || (await isListed(source, unit.under, unit.id))) throw error;
    return undefined;
  }
}

async function isListed(source: DomainSource, under: string, id: string): Promise<boolean> {
  let nextToken: string | undefined;
  do {
    const page = await children(source, under, nextToken);
    if (page.ids.includes(id)) return true;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return false;
}

/** A unit of the tree into which a domain is divided, the root included. */
export const domainUnit: Kind = {
  name: 'domainUnit',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDomain', 'datazone:ListDomainUnitsForParent', 'datazone:GetDomainUnit'],
  shape: known,
  channels: [channel],
  events: [events('Domain Unit Created', 'Domain Unit Updated', 'Domain Unit Deleted')],
  calls: [answered('id', 'CreateDomainUnit'), asked('identifier', 'UpdateDomainUnit', 'DeleteDomainUnit')],
  restoredBy:
    '`CreateDomainUnit`, from the root downwards; the root exists in every domain, `UpdateDomainUnit`',
  indexed: false,
  enumerate,
  read: get,
  columns: (record) => namedColumns(record, 'name', 'parentDomainUnitId'),
  references: (record) => referenceAt('domainUnit', record, 'parentDomainUnitId'),
  restore: {
    operations: { create: ['CreateDomainUnit'], update: ['UpdateDomainUnit'] },
    // No operation moves a unit.
    fixed: ['parentDomainUnitId'],
    keyMembers: ['parentDomainUnitId', 'name'],
    // The root is called as it likes.
    key: ({ parentDomainUnitId, name }) =>
      parentDomainUnitId === undefined ? [null] : [parentDomainUnitId, name ?? null],
    madeByService: ({ parentDomainUnitId }) =>
      parentDomainUnitId === undefined ? 'the root comes with the domain' : undefined,
    updatesMadeByService: true,
    create: (target, { wanted, clientToken }) =>
      idIn(
        target.call('CreateDomainUnit', {
          ...renamed(wanted, { parentDomainUnitId: 'parentDomainUnitIdentifier' }),
          clientToken,
        }),
      ),
    update: async (target, changing) => {
      // A PUT: whether it keeps what it does not name, nobody says.
      await target.call('UpdateDomainUnit', {
        identifier: changing.id,
        ...pick(changing.wanted, 'name', 'description'),
        ...changed(changing, 'description'),
      });
    },
  },
};
