import * as z from 'zod';
import { canonicalize, sha256 } from './canonical';

/** An item does not say what its `check` says that it said, or lacks what its format asks for. */
export class CorruptItemError extends Error {
  override readonly name = 'CorruptItemError';
}

/** An item is not there, though another one names it. */
export class MissingItemError extends CorruptItemError {
  constructor(readonly key: { readonly pk: string; readonly sk: string }) {
    super(`Item ${key.pk} ${key.sk} is missing`);
  }
}

const keyed = { pk: z.string(), sk: z.string(), check: z.string().length(64) };
const bytes = z.instanceof(Uint8Array);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

/** What is current of one resource; readable columns of its kind stand beside these attributes. */
export const headSchema = z.looseObject({
  ...keyed,
  id: z.string(),
  hash,
  version: z.string(),
  state: z.enum(['LIVE', 'DELETED']),
  validFrom: instant,
  firstSeenAt: instant,
  normaliser: z.number().int(),
  /** Hash of each facet that was ever read. */
  facets: z.record(z.string(), hash),
  changedAt: instant.optional(),
});
export type Head = z.infer<typeof headSchema>;

export const versionSchema = z.object({
  ...keyed,
  id: z.string(),
  hash,
  state: z.enum(['LIVE', 'DELETED']),
  scope: z.string(),
  /** Sort key of the version that the head named before it: what was current, and only that. */
  previous: z.string().optional(),
  source: z.enum(['snapshot', 'event', 'reject']),
  changedAt: instant.optional(),
  /** Of what an event brought in: when that says that it happened, when the resource was read, and when written. */
  eventAt: instant.optional(),
  readAt: instant.optional(),
  writtenAt: instant.optional(),
  normaliser: z.number().int(),
  facets: z.record(z.string(), hash),
  payload: bytes.optional(),
  /** For a payload that stands in part items. */
  parts: z.object({ count: z.number().int().positive(), length: z.number().int(), hash }).optional(),
  expiresAt: z.number().int().optional(),
});
export type Version = z.infer<typeof versionSchema>;

/** How a change came from an event into the vault, each ISO 8601 with milliseconds. */
export interface EventTimes {
  readonly eventAt: string;
  readonly readAt: string;
  readonly writtenAt: string;
}

export const partSchema = z.object({ ...keyed, bytes });

export const scopeSchema = z.object({
  ...keyed,
  kind: z.string(),
  scopeId: z.string(),
  firstSeenAt: instant,
});

/** Which Region writes. What a fail-over adds says since when, who did it, and why. */
export const writerSchema = z.object({
  ...keyed,
  region: z.string(),
  epoch: z.number().int().positive(),
  since: instant.optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
});
export type Writer = z.infer<typeof writerSchema>;

/** Who runs now. The one item without `check`: it is never evidence, only a lock. */
export const leaseSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  /** ARN of the Step Functions execution; empty when released. */
  execution: z.string(),
  startedAt: instant,
  runId: z.string(),
});
export type Lease = z.infer<typeof leaseSchema>;

/** Is an item past its time at `now`, in ms since the epoch? DynamoDB may keep it for days more. */
export function isExpired({ expiresAt }: { readonly expiresAt?: number | undefined }, now: number): boolean {
  return expiresAt !== undefined && expiresAt * 1000 <= now;
}

/** SHA-256 over an item's attributes, without `check` itself and `expiresAt` (only retention writes that). */
export function checkOf(item: Readonly<Record<string, unknown>>): string {
  const { check: _check, expiresAt: _expiresAt, ...rest } = item;
  return sha256(canonicalize(plain(rest)));
}

/** The item with its `check`; attributes that are undefined are left out. */
export function checked<T extends Readonly<Record<string, unknown>>>(item: T): T & { check: string } {
  const present = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as T;
  return { ...present, check: checkOf(present) };
}

/** Parses an item of the vault and confirms its `check`. Throws CorruptItemError that names the item. */
export function verified<S extends z.ZodType>(
  schema: S,
  item: Readonly<Record<string, unknown>>,
): z.infer<S> {
  const parsed = schema.safeParse(item);
  if (!parsed.success) {
    throw new CorruptItemError(`Item ${item.pk} ${item.sk}: ${z.prettifyError(parsed.error)}`);
  }
  if (checkOf(item) !== item.check) {
    throw new CorruptItemError(`Item ${item.pk} ${item.sk} does not match its check`);
  }
  return parsed.data;
}

/** Binary attributes as base64, so that JSON can carry them. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return value;
}
