import * as z from 'zod';
import type { ChangeSign, DetailPath } from '../catalog/change-signs';
import { type ChangeChannel, type KindSign, signsOf } from '../catalog/changes';
import { compositeId } from '../catalog/composite-id';
import type { Kind } from '../catalog/kind';

/** An event is not what EventBridge sends, or lacks what tells what it is about. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
}

/** Something that may have changed, as an event names it. */
export interface ChangeTarget {
  readonly kind: Kind;
  /** The resource's id; with `under`, its parent's; with `held`, what ids begin with. */
  readonly id: string;
  readonly under?: string;
  readonly held?: true;
  /** The event tells that something is gone. */
  readonly isDeletion: boolean;
  /** The project that the event names. */
  readonly projectId?: string;
}

/** Why an event is of no account. */
export type Irrelevance =
  | 'unknown event'
  | 'other source'
  | 'other domain'
  | 'call that only reads'
  | 'call that failed'
  | 'sign of nothing'
  | 'id is hidden';

export type ChangeEvent =
  | { readonly name: string; readonly irrelevant: Irrelevance }
  | {
      readonly name: string;
      readonly irrelevant?: undefined;
      /** When it happened, ms since the epoch. */
      readonly at: number;
      readonly targets: readonly ChangeTarget[];
    };

/** Longest part of an id; DataZone's longest is a type's name, of 256. */
const longestId = 2048;
/** Longest list that an event may name resources in; DataZone takes 500 at most. */
const longestList = 1000;

/** What CloudTrail writes in the place of what it does not show. */
const hidden = /^(HIDDEN_DUE_TO_SECURITY_REASONS|\*{3,})$/;

const fields = z.record(z.string(), z.unknown());
const eventSchema = z.object({
  source: z.string(),
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: fields,
});
const callSchema = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  readOnly: z.boolean().optional(),
  errorCode: z.string().nullish(),
  requestParameters: fields.nullish(),
  responseElements: fields.nullish(),
});
const metadataSchema = z.object({ metadata: z.looseObject({ domain: z.string() }) });

const byCloudTrail = 'AWS API Call via CloudTrail';

/** The domain of which events are read. */
export interface OwnDomain {
  readonly domainId: string;
  readonly rootDomainUnitId: string;
}

/** Reads events of both channels, by what the kinds declare. */
export class ChangeEvents {
  private readonly signs: Readonly<Record<ChangeChannel, ReadonlyMap<string, readonly KindSign[]>>>;

  constructor(
    kinds: readonly Kind[],
    private readonly domain: OwnDomain,
  ) {
    this.signs = { events: signsOf(kinds, 'events'), calls: signsOf(kinds, 'calls') };
  }

  /** `text` is the event as EventBridge gives it to a queue. Throws MalformedEventError. */
  read(text: string): ChangeEvent {
    const { source, detail, time, ...event } = parsed('event', eventSchema, jsonOf(text));
    const type = event['detail-type'];
    if (source !== 'aws.datazone') return { name: type, irrelevant: 'other source' };
    return type === byCloudTrail ? this.call(detail, time) : this.ownEvent(type, detail, time);
  }

  private ownEvent(name: string, detail: Fields, time: string): ChangeEvent {
    const { metadata } = parsed('detail', metadataSchema, detail);
    if (metadata.domain !== this.domain.domainId) return { name, irrelevant: 'other domain' };
    const signs = this.signs.events.get(name);
    if (signs === undefined) return { name, irrelevant: 'unknown event' };
    return this.change(name, detail, time, signs);
  }

  private call(detail: Fields, time: string): ChangeEvent {
    const call = parsed('detail', callSchema, detail);
    const { eventName: name } = call;
    if (call.eventSource !== 'datazone.amazonaws.com') return { name, irrelevant: 'other source' };
    if (call.readOnly === true) return { name, irrelevant: 'call that only reads' };
    if ((call.errorCode ?? '') !== '') return { name, irrelevant: 'call that failed' };
    const signs = this.signs.calls.get(name);
    if (signs === undefined) return { name, irrelevant: 'unknown event' };
    if (!this.isOwnCall(call.requestParameters ?? {})) return { name, irrelevant: 'other domain' };
    return this.change(name, detail, time, signs);
  }

  /** Calls on a domain itself name it otherwise than all others. */
  private isOwnCall({ domainIdentifier, identifier, resourceArn }: Fields): boolean {
    const { domainId } = this.domain;
    if (domainIdentifier !== undefined) return domainIdentifier === domainId;
    if (typeof resourceArn === 'string') return resourceArn.endsWith(`:domain/${domainId}`);
    return identifier === domainId;
  }

  private change(name: string, detail: Fields, time: string, signs: readonly KindSign[]): ChangeEvent {
    const all: Fields = {
      ...detail,
      domain: this.domain.domainId,
      rootDomainUnit: this.domain.rootDomainUnitId,
    };
    const isDeletion = /Delet|Remov/.test(name);
    const projectId = projectPaths
      .map((path) => valueAt(all, path))
      .find((value) => typeof value === 'string');
    const targets: ChangeTarget[] = [];
    for (const { kind, sign } of signs) {
      for (const parts of idsOf(name, all, sign)) {
        if (parts.some((part) => hidden.test(part))) return { name, irrelevant: 'id is hidden' };
        targets.push({
          kind,
          id:
            sign.held === true
              ? `${compositeId(...parts)}/`
              : parts.length === 1
                ? (parts[0] ?? '')
                : compositeId(...parts),
          isDeletion,
          ...(sign.under !== undefined && { under: sign.under }),
          ...(sign.held === true && { held: true as const }),
          ...(typeof projectId === 'string' && { projectId }),
        });
      }
    }
    if (targets.length === 0) return { name, irrelevant: 'sign of nothing' };
    return { name, at: Date.parse(time), targets };
  }
}

type Fields = Readonly<Record<string, unknown>>;

const projectPaths = [
  'metadata.owningProjectId',
  'requestParameters.owningProjectIdentifier',
  'requestParameters.projectIdentifier',
  'responseElements.owningProjectId',
  'responseElements.projectId',
];

/** The ids that an event names by one sign, each by its parts. Throws MalformedEventError. */
function idsOf(name: string, detail: Fields, sign: ChangeSign): string[][] {
  const [path, text] = sign.when ?? [];
  if (path !== undefined && valueAt(detail, path) !== text) return [];
  const entries =
    sign.each === undefined ? [undefined] : entriesOf(name, valueAt(detail, sign.each), sign.each);
  return entries.flatMap((entry) => {
    const parts = sign.id.map((part) => partOf(detail, entry, part));
    const missing = sign.id.find((_, n) => parts[n] === undefined);
    if (missing === undefined) return [parts.map(String)];
    if (sign.optional === true) return [];
    const where = Array.isArray(missing) ? missing.join(' or ') : missing;
    throw new MalformedEventError(
      `The event ${name} is wrong: ${where} in its detail is not a text of 1 to ${longestId} characters; what it is about is unknown`,
    );
  });
}

function entriesOf(name: string, list: unknown, path: string): unknown[] {
  if (Array.isArray(list) && list.length <= longestList) return list;
  throw new MalformedEventError(
    `The event ${name} is wrong: ${path} in its detail is not a list of at most ${longestList}; what it is about is unknown`,
  );
}

function partOf(detail: Fields, entry: unknown, part: DetailPath): string | undefined {
  for (const path of [part].flat()) {
    if (path.startsWith('=')) return path.slice(1);
    const found = path.startsWith('.') ? valueAt(entry, path.slice(1)) : valueAt(detail, path);
    if (typeof found === 'string' && found !== '' && found.length <= longestId) return found;
  }
  return undefined;
}

function valueAt(detail: unknown, path: string): unknown {
  let found = detail;
  for (const member of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, member)) return undefined;
    found = (found as Fields)[member];
  }
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedEventError('The event is wrong: the message is not JSON; it is none of EventBridge');
  }
}

function parsed<S extends z.ZodType>(what: string, schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MalformedEventError(`The ${what} is wrong: ${z.prettifyError(result.error)}`);
}
