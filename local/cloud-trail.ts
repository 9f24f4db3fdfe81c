import type { Clock } from './clock';
import type { Operation, Shape, Structure } from './datazone/schema';
import type { BusEvent } from './events';
import type { Random } from './random';
import type { Caller } from './wire';

/** A call of DataZone that has been answered. */
export interface ApiCall {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly input: Readonly<Record<string, unknown>>;
  /** Absent where the call failed. */
  readonly output?: object | undefined;
  readonly error?: { readonly name: string; readonly message: string } | undefined;
}

export interface TrailArgs {
  readonly clock: Clock;
  readonly random: Random;
  readonly accountId: string;
  readonly region: string;
  /** Longest time, in milliseconds, from a call to its event; every call draws its own. */
  readonly delayMilliseconds: number;
  readonly emit: (event: BusEvent) => void;
}

/** What CloudTrail puts in place of a member that the service's model calls sensitive. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/**
 * A trail of AWS CloudTrail in one Region, as far as EventBridge hears of it: one event for each call of DataZone.
 * No example of DataZone's own is published; the shape is that of all services' events
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html), and
 * the members that the model calls sensitive are masked, names and forms among them.
 */
export class Trail {
  private count = 0;

  constructor(private readonly args: TrailArgs) {}

  record(call: ApiCall): void {
    const { clock, random, delayMilliseconds, emit } = this.args;
    const event = this.event(call);
    const delay = delayMilliseconds === 0 ? 0 : random.below(delayMilliseconds + 1);
    if (delay === 0) emit(event);
    else void clock.sleep(delay).then(() => emit(event));
  }

  private event({ operation, caller, input, output, error }: ApiCall): BusEvent {
    const { accountId, region, clock } = this.args;
    const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const readOnly = isRead(operation.name);
    return {
      version: '0',
      id: this.id(),
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.datazone',
      account: accountId,
      time,
      region,
      resources: [],
      detail: {
        eventVersion: '1.11',
        userIdentity: identityOf(caller),
        eventTime: time,
        eventSource: 'datazone.amazonaws.com',
        eventName: operation.name,
        awsRegion: region,
        sourceIPAddress: '127.0.0.1',
        userAgent: 'local-cloud',
        ...(error === undefined ? {} : { errorCode: error.name, errorMessage: error.message }),
        requestParameters: shown(operation.input, input),
        // CloudTrail keeps answers of calls that change something, and of no others.
        responseElements: readOnly || output === undefined ? null : shown(operation.output, output),
        requestID: this.id(),
        eventID: this.id(),
        readOnly,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: accountId,
        eventCategory: 'Management',
      },
    };
  }

  /** Counted, not drawn: how many calls there are must not change the delays of others. */
  private id(): string {
    return `00000000-0000-4000-9000-${(++this.count).toString(16).padStart(12, '0')}`;
  }
}

function isRead(name: string): boolean {
  return /^(Get|List|Search|BatchGet|Query)/.test(name);
}

function identityOf({ principalArn, accountId, administrator }: Caller): Record<string, unknown> {
  if (administrator) return { type: 'Root', principalId: accountId, arn: principalArn, accountId };
  const userName = principalArn.slice(principalArn.lastIndexOf('/') + 1);
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${accountId}:assumed-role/${userName}/session`,
    accountId,
    sessionContext: { sessionIssuer: { type: 'Role', arn: principalArn, accountId, userName } },
  };
}

function shown(structure: Structure, value: object): Record<string, unknown> | null {
  const members = structure.members.flatMap(({ name, shape, sensitive }) => {
    const member: unknown = Reflect.get(value, name);
    if (member === undefined || member === null) return [];
    return [[name, sensitive ? HIDDEN : shownValue(shape, member)] as const];
  });
  return members.length === 0 ? null : Object.fromEntries(members);
}

function shownValue(shape: Shape, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return HIDDEN;
  if (Array.isArray(value)) {
    return shape.kind === 'list' ? value.map((item) => shownValue(shape.of, item)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  switch (shape.kind) {
    case 'structure':
    case 'union':
      return shown({ ...shape, kind: 'structure' }, value);
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, shownValue(shape.of, item)]),
      );
    default:
      return value;
  }
}
