import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsJsonProtocol, ServiceFault } from './aws-json';
import { type Clock, systemClock } from './clock';
import { compilePattern, type EventPattern } from './event-pattern';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from './wire';

/** An event as EventBridge delivers it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a subscription listens. */
export interface BusAddress {
  /** @default every Region */
  readonly region?: string;
  /** @default 'default' */
  readonly bus?: string;
}

/** AWS's limits of PutEvents. */
const ENTRY_LIMIT = 10;
const REQUEST_LIMIT = 256 * 1024;

const entry = z.object({
  Time: z.number().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
});
const putEvents = z.object({ Entries: z.array(entry).min(1).max(ENTRY_LIMIT) });
const detail = z.record(z.string(), z.unknown());

type Entry = z.infer<typeof entry>;
type EntryResult =
  | { readonly EventId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };

interface Subscription {
  readonly matches: (event: BusEvent) => boolean;
  readonly address: BusAddress;
  readonly listener: (event: BusEvent) => void;
}

/** Amazon EventBridge: PutEvents, and event buses inside this process. */
export class EventBridgeService implements ServiceEmulator {
  readonly service = 'events';
  private readonly protocol = new AwsJsonProtocol('AWSEvents', '1.1');
  private readonly subscriptions = new Set<Subscription>();

  constructor(private readonly clock: Clock = systemClock) {}

  /**
   * Calls `listener` with every event on a bus that matches the pattern, while it is published. The returned function
   * ends the subscription. Throws `InvalidEventPatternError`.
   */
  subscribe(
    pattern: EventPattern,
    listener: (event: BusEvent) => void,
    address: BusAddress = {},
  ): () => void {
    const subscription = { matches: compilePattern(pattern), listener, address };
    this.subscriptions.add(subscription);
    return () => this.subscriptions.delete(subscription);
  }

  /** Whether anyone listens. */
  get isHeard(): boolean {
    return this.subscriptions.size > 0;
  }

  /** Puts an AWS service's own event onto the default bus of the event's Region. */
  publish(event: BusEvent): void {
    this.deliver('default', event);
  }

  operation(request: WireRequest): 'PutEvents' | undefined {
    return this.protocol.operation(request) === 'PutEvents' ? 'PutEvents' : undefined;
  }

  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[] {
    const buses =
      putEvents
        .safeParse(parseJson(request.body.toString('utf8')))
        .data?.Entries.map((e) => busName(e.EventBusName)) ?? [];
    const partition = caller.principalArn.split(':')[1];
    return [...new Set(buses.length > 0 ? buses : ['default'])].map((bus) => ({
      action: 'events:PutEvents',
      resource: `arn:${partition}:events:${caller.region}:${caller.accountId}:event-bus/${bus}`,
    }));
  }

  async handle(request: WireRequest, caller: Caller): Promise<WireResponse> {
    if (!this.operation(request)) {
      return this.fault(
        'UnknownOperationException',
        400,
        'EventBridge of the local cloud has PutEvents only',
      );
    }
    try {
      const { Entries } = this.protocol.input(putEvents, request);
      if (Entries.reduce((sum, e) => sum + sizeOf(e), 0) > REQUEST_LIMIT) {
        throw new ServiceFault(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        );
      }
      const results = Entries.map((e) => this.put(e, caller));
      const failed = results.filter((result) => 'ErrorCode' in result).length;
      return this.protocol.response({ FailedEntryCount: failed, Entries: results });
    } catch (error) {
      if (error instanceof ServiceFault) return this.fault(error.name, error.status, error.message);
      throw error;
    }
  }

  fault(name: string, status: number, message: string): WireResponse {
    return this.protocol.fault(name, status, message);
  }

  private put(event: Entry, { accountId: account, region }: Caller): EntryResult {
    const { Source, DetailType, Detail, Resources = [], Time } = event;
    if (!Source || !DetailType || !Detail) {
      const missing = !Source ? 'Source' : !DetailType ? 'DetailType' : 'Detail';
      return refusal(
        'InvalidArgument',
        `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
      );
    }
    if (Source.startsWith('aws.')) {
      return refusal('NotAuthorizedForSourceException', `Not authorized for the source: ${Source}.`);
    }
    const parsed = detail.safeParse(parseJson(Detail));
    if (!parsed.success) return refusal('MalformedDetail', 'Detail is malformed.');
    const id = randomUUID();
    this.deliver(busName(event.EventBusName), {
      version: '0',
      id,
      'detail-type': DetailType,
      source: Source,
      account,
      time: new Date(Time === undefined ? this.clock.now() : Time * 1000)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      region,
      resources: Resources,
      detail: parsed.data,
    });
    return { EventId: id };
  }

  private deliver(bus: string, event: BusEvent): void {
    for (const { matches, address, listener } of this.subscriptions) {
      const here = (address.bus ?? 'default') === bus && (address.region ?? event.region) === event.region;
      if (here && matches(event)) listener(event);
    }
  }
}

/** How AWS counts an entry: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Time, Source, DetailType, Detail, Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text ?? ''));
  return texts.reduce((sum, size) => sum + size, Time === undefined ? 0 : 14);
}

/** A bus is named by name or by ARN. */
function busName(nameOrArn = 'default'): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function refusal(ErrorCode: string, ErrorMessage: string): EntryResult {
  return { ErrorCode, ErrorMessage };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
