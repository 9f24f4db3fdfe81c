import type { Clock } from '../clock';
import type { ApiCall } from '../cloud-trail';
import type { ConditionContext } from '../iam/conditions';
import type { Random } from '../random';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from '../wire';
import { Call, type World } from './call';
import { OutputError } from './codec';
import type { EventBridgeEvent } from './events';
import { Fault } from './faults';
import { Idempotency } from './idempotency';
import { handlers } from './kinds';
import type { Answer, Given, OperationName } from './operations';
import { Pager } from './pages';
import { type Route, route } from './route';
import { type Operation, operations } from './schema';
import { Table } from './store';
import { calm, type Unkindness } from './unkindness';
import { errorResponse, parseInput, parseRequest, respond } from './wire';

export type { EventBridgeEvent } from './events';
export { Fault } from './faults';
export type { Answer, Given, OperationName } from './operations';
export { calm, harsh, type Unkindness } from './unkindness';

type Json = Record<string, unknown>;

export interface DataZoneServiceArgs {
  readonly clock: Clock;
  /** Ids and unkindness are drawn from it: the same seed and the same calls give the same domain. */
  readonly random: Random;
  readonly accountId: string;
  readonly region: string;
  /** @default calm */
  readonly unkind?: Unkindness;
  /** How long domains and environments take to come up, in milliseconds. @default 0 */
  readonly deployMilliseconds?: number;
  /** Takes the events that DataZone puts on the account's default bus. */
  readonly emit?: (event: EventBridgeEvent) => void;
  /** Told of every call once it is answered, whether it succeeded or not. */
  readonly onCall?: (call: ApiCall) => void;
  /** Changes the JSON of an answer before it is sent: lets a test be a newer service. */
  readonly decorate?: (operation: OperationName, output: Json) => Json;
}

/** Operations whose IAM resource is a domain; all others are authorised on `*`. */
const onDomainArn = new Set(['GetDomain', 'UpdateDomain', 'DeleteDomain']);
const onTaggedArn = new Set(['TagResource', 'UntagResource', 'ListTagsForResource']);
/** What DataZone does on a caller's behalf with the customer's key of a domain. */
const keyActions = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

/** Amazon DataZone of one account in one Region. */
export class DataZoneService implements ServiceEmulator {
  readonly service = 'datazone';
  private readonly world: World;
  private readonly idempotency: Idempotency;

  constructor(private readonly args: DataZoneServiceArgs) {
    const unkind = args.unkind ?? calm;
    this.world = {
      clock: args.clock,
      accountId: args.accountId,
      region: args.region,
      unkind,
      ids: args.random.fork(),
      lags: args.random.fork(),
      pager: new Pager(args.clock, unkind),
      domains: new Table(),
      deployMilliseconds: args.deployMilliseconds ?? 0,
      emit: args.emit ?? (() => {}),
    };
    this.idempotency = new Idempotency(args.clock);
  }

  operation(request: WireRequest): string | undefined {
    return this.routed(request)?.operation.name;
  }

  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[] {
    const found = this.routed(request);
    if (!found) return [];
    const { name, path } = found.operation;
    const [label] = found.labels;
    const domainId = onTaggedArn.has(name)
      ? label?.split('/').at(-1)
      : path.startsWith('/v2/domains/')
        ? label
        : undefined;
    const arn = `arn:aws:datazone:${this.args.region}:${this.args.accountId}:domain/${domainId}`;
    const resource = onDomainArn.has(name) || onTaggedArn.has(name) ? arn : '*';
    const context = this.tagContext(found, request, domainId);
    return [
      { action: `datazone:${name}`, resource, ...(Object.keys(context).length > 0 && { context }) },
      ...this.keyActions(domainId, caller),
      ...(name === 'CreateDomain' ? this.newDomainActions(found, request, caller) : []),
    ];
  }

  async handle(request: WireRequest, caller: Caller): Promise<WireResponse> {
    const requestId = { 'x-amzn-requestid': this.requestId() };
    const response = this.answer(request, caller);
    return { ...response, headers: { ...response.headers, ...requestId } };
  }

  fault(name: string, status: number, message: string): WireResponse {
    return errorResponse(name, status, message);
  }

  /**
   * Does what a call over the wire would do, checks included, without the wire.
   *
   * @throws Fault
   */
  call<N extends OperationName>(name: N, input: Given<N>, caller: Caller): Answer<N> {
    const operation = operations.get(name);
    if (!operation) throw new Fault('UnknownOperationException', `There is no operation ${name}`);
    return this.run(operation, parseInput(operation, input as object), caller) as Answer<N>;
  }

  private answer(request: WireRequest, caller: Caller): WireResponse {
    try {
      const found = route(request.method, pathOf(request));
      if (!found)
        throw new Fault('UnknownOperationException', `No operation at ${request.method} ${pathOf(request)}`);
      const { operation } = found;
      const output = this.run(operation, parseRequest(found, request), caller);
      const { decorate } = this.args;
      return respond(
        operation,
        output,
        decorate && ((json) => decorate(operation.name as OperationName, json)),
      );
    } catch (error) {
      if (error instanceof Fault) return errorResponse(error.name, error.status, error.message);
      if (error instanceof OutputError) return errorResponse('InternalServerException', 500, error.message);
      throw error;
    }
  }

  private run(operation: Operation, input: Json, caller: Caller): object {
    const name = operation.name as OperationName;
    const handler = handlers[name] as ((call: Call, input: Json) => object) | undefined;
    if (!handler) {
      throw new Fault('OperationNotEmulatedException', `The local DataZone does not emulate ${name}`);
    }
    const run = (): object => handler(new Call(this.world, caller, name), input);
    const token = operation.input.members.find((member) => member.token)?.name;
    const given = token === undefined ? undefined : input[token];
    const { onCall } = this.args;
    try {
      const output = typeof given === 'string' ? this.idempotency.once(name, given, input, run) : run();
      onCall?.({ operation, caller, input, output });
      return output;
    } catch (error) {
      if (error instanceof Fault) onCall?.({ operation, caller, input, error });
      throw error;
    }
  }

  private keyActions(domainId: string | undefined, caller: Caller): RequestedAction[] {
    const key =
      domainId === undefined ? undefined : this.world.domains.get(domainId)?.state.row.kmsKeyIdentifier;
    return this.useOfKey(key, caller);
  }

  private useOfKey(key: string | undefined, caller: Caller): RequestedAction[] {
    if (key === undefined) return [];
    const context = {
      'kms:ViaService': `datazone.${this.args.region}.amazonaws.com`,
      'kms:CallerAccount': caller.accountId,
    };
    return keyActions.map((action) => ({ action, resource: key, context }));
  }

  /** Whoever makes a domain hands it its roles, and has its first things encrypted. */
  private newDomainActions(found: Route, request: WireRequest, caller: Caller): RequestedAction[] {
    const { domainExecutionRole, serviceRole, kmsKeyIdentifier } = this.given(found, request);
    const context = { 'iam:PassedToService': 'datazone.amazonaws.com' };
    return [
      ...[domainExecutionRole, serviceRole].flatMap((resource) =>
        typeof resource === 'string' ? [{ action: 'iam:PassRole', resource, context }] : [],
      ),
      ...this.useOfKey(typeof kmsKeyIdentifier === 'string' ? kmsKeyIdentifier : undefined, caller),
    ];
  }

  /** Tags that a condition may ask for: of the domain that a call is about, and of the one that it makes. */
  private tagContext(found: Route, request: WireRequest, domainId: string | undefined): ConditionContext {
    const keyed = (key: string, tags: Iterable<readonly [string, unknown]>) =>
      Object.fromEntries([...tags].map(([name, value]) => [`${key}/${name}`, String(value)]));
    const { name } = found.operation;
    if (name === 'CreateDomain') {
      const { tags } = this.given(found, request);
      const given = typeof tags === 'object' && tags !== null ? Object.entries(tags) : [];
      return { ...keyed('aws:RequestTag', given), 'aws:TagKeys': given.map(([key]) => key) };
    }
    const domain = domainId === undefined ? undefined : this.world.domains.get(domainId);
    const isAbout = onDomainArn.has(name) || onTaggedArn.has(name);
    return isAbout && domain !== undefined ? keyed('aws:ResourceTag', domain.tags) : {};
  }

  private given(found: Route, request: WireRequest): Json {
    try {
      return parseRequest(found, request);
    } catch (error) {
      // The answer to the call itself says what is wrong with it.
      if (error instanceof Fault) return {};
      throw error;
    }
  }

  private routed(request: WireRequest): Route | undefined {
    try {
      return route(request.method, pathOf(request));
    } catch (error) {
      // A malformed path raises no IAM question; the answer to the call itself says what is wrong with it.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  private requestCount = 0;

  /** Counted, not drawn: how often a client calls must not change the ids of what it creates. */
  private requestId(): string {
    return `00000000-0000-4000-8000-${(++this.requestCount).toString(16).padStart(12, '0')}`;
  }
}

function pathOf(request: WireRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}
