import type { JsonObject, Kind, Listed, Page, Parent, Reading, Reference } from '../../core/catalog/kind';
import { structure, values } from '../../core/catalog/shape';
import { type DomainSource, ResourceAbsentError, type ResourceDeniedError } from '../../core/catalog/source';

/** A resource that no DataZone has. */
export interface MadeUp {
  readonly id: string;
  readonly scopeId: string;
  readonly parentId?: string;
  readonly name: string;
  /** What a list tells of it, where it is only listed. */
  readonly summary?: JsonObject;
  readonly pointsTo?: Omit<Reference, 'path'>;
}

export interface MadeUpKindArgs extends Partial<Kind> {
  readonly name: string;
  /** Resources of one page. @default 2 */
  readonly pageSize?: number;
  /** Lists only name the resources. @default false */
  readonly isListed?: boolean;
}

/** One call for a kind: an enumeration's page under a parent, or the read of a resource. */
export interface MadeUpCall {
  readonly kind: string;
  readonly what: 'list' | 'read';
  /** Of the resource, of the list's parent, or of the scope. */
  readonly id: string;
}

/**
 * Resources of kinds that are made up for a test, each a constant and a line in the bench's list of kinds. Every call
 * for them sends GetDomain, so that it is counted and can fail as any other.
 */
export class MadeUpResources {
  readonly calls: MadeUpCall[] = [];
  /** Stands before each answer. */
  before: (call: MadeUpCall) => void = () => {};
  private readonly byKind = new Map<string, Map<string, MadeUp>>();

  of(kind: string): Map<string, MadeUp> {
    const found = this.byKind.get(kind) ?? new Map<string, MadeUp>();
    this.byKind.set(kind, found);
    return found;
  }

  put(kind: string, resource: MadeUp): void {
    this.of(kind).set(resource.id, resource);
  }

  /** Distinct ids that were called for since the last time. */
  called(kind: string, what: MadeUpCall['what']): string[] {
    const ids = this.calls.filter((call) => call.kind === kind && call.what === what).map(({ id }) => id);
    return [...new Set(ids)].sort();
  }

  kind({ pageSize = 2, isListed = false, ...declared }: MadeUpKindArgs): Kind {
    const { name } = declared;
    const call = async (source: DomainSource, what: MadeUpCall['what'], id: string) => {
      await source.call('GetDomain', { identifier: source.domainId });
      const made = { kind: name, what, id };
      this.before(made);
      this.calls.push(made);
    };
    const reading = ({ id, scopeId, name, pointsTo }: MadeUp): Reading => ({
      id,
      scopeId,
      record: { id, name, ...(pointsTo && { pointsTo: { ...pointsTo } }) },
      facets: {},
    });
    const named = ({ id, scopeId, name, summary }: MadeUp): Listed => ({
      ...{ id, scopeId, summary: summary ?? { name } },
    });
    return {
      versions: ['V1', 'V2'],
      scope: 'domain',
      normaliser: 1,
      actions: ['datazone:GetDomain'],
      shape: structure(values('id', 'name', 'pointsTo')),
      channels: [],
      events: [],
      calls: [],
      restoredBy: 'nothing',
      indexed: false,
      enumerate: async (source, scopeId, cursor = '0', parent?: Parent): Promise<Page> => {
        await call(source, 'list', parent?.id ?? scopeId);
        const all = [...this.of(name).values()].filter(
          (it) => it.scopeId === scopeId && it.parentId === parent?.id,
        );
        const start = Number(cursor);
        const rows = all.slice(start, start + pageSize);
        return {
          ...(isListed ? { readings: [], listed: rows.map(named) } : { readings: rows.map(reading) }),
          ...(start + pageSize < all.length && { cursor: String(start + pageSize) }),
        };
      },
      read: async (source, id) => {
        await call(source, 'read', id);
        const found = this.of(name).get(id);
        if (found === undefined) throw new ResourceAbsentError(`no ${name} ${id}`);
        return reading(found);
      },
      columns: () => ({}),
      references: ({ pointsTo }) =>
        pointsTo === undefined ? [] : [{ ...(pointsTo as unknown as Reference), path: 'pointsTo' }],
      ...declared,
    };
  }
}

/** An error of the source for one of these calls, by what `matches` says of it. */
export function refusing(
  matches: (call: MadeUpCall) => boolean,
  error: ResourceDeniedError | ResourceAbsentError,
): (call: MadeUpCall) => void {
  return (call) => {
    if (matches(call)) throw error;
  };
}
