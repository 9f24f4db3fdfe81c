import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AbsentService, errorResponse } from './absent-service';
import { type Clock, systemClock } from './clock';
import { Faults } from './faults';
import type { PolicyStore } from './iam/policy-store';
import type { Identities, Identity } from './identities';
import { type Call, Metering } from './metering';
import { type SignatureScope, signatureScope } from './signature';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from './wire';

export interface GatewayArgs {
  readonly identities: Identities;
  readonly policies: PolicyStore;
  /** @default no fault ever */
  readonly faults?: Faults;
  readonly metering?: Metering;
  /** The services' clock: clients correct theirs by the Date header. @default the system's */
  readonly clock?: Clock;
  /** Told of every call before it is judged. */
  readonly onCall?: (call: Call) => void;
  /** Told of a mistake of an emulator, which a client sees as a 500. @default prints it to stderr */
  readonly onInternalError?: (error: unknown, call: Call) => void;
}

/** Larger than any service's request; each service enforces its own limit below it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Longer than a client keeps an idle connection, or it sees sporadic ECONNRESET. */
const KEEP_ALIVE_MS = 30 * 60 * 1000;
/** Node's default of 16 KB includes the URL, which a page token alone can fill. */
const MAX_HEADER_BYTES = 128 * 1024;
/** AWS JSON services answer client errors with 400; REST services, and STS, answer authorization errors with 403. */
const JSON_RPC_SERVICES = new Set(['dynamodb', 'states', 'events', 'ssm', 'sqs']);

/** No answer: the connection breaks. */
const NO_ANSWER = Symbol('no answer');
type Answer = WireResponse | typeof NO_ANSWER;

/**
 * The local cloud's one endpoint, for all services and both Regions, told apart by the signature's scope. Finds
 * the principal, applies faults and IAM, and lets the service's emulator answer.
 */
export class Gateway {
  readonly faults: Faults;
  readonly metering: Metering;
  private readonly emulators = new Map<string, ServiceEmulator>();
  private readonly clock: Clock;
  private readonly server: Server;
  private sequence = 0;

  constructor(private readonly args: GatewayArgs) {
    this.faults = args.faults ?? new Faults();
    this.metering = args.metering ?? new Metering();
    this.clock = args.clock ?? systemClock;
    this.server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 },
      (request, response) => void this.serve(request, response),
    );
    this.server.on('clientError', (_, socket: Socket) => socket.destroy());
  }

  /** Adds a service; a second one of the same name replaces the first. */
  register(emulator: ServiceEmulator): this {
    this.emulators.set(emulator.service, emulator);
    return this;
  }

  /** Opens the port on loopback, a free one by default, and returns the endpoint's URL. */
  listen(port = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
      });
    });
  }

  /** Closes the port and breaks what connections are left. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await wireRequest(incoming);
      const answer = request
        ? await this.answer(request)
        : errorResponse(413, 'RequestEntityTooLargeException', 'Request too large');
      if (answer === NO_ANSWER) incoming.socket.destroy();
      else this.write(outgoing, answer);
    } catch {
      incoming.socket.destroy();
    }
  }

  private write(outgoing: ServerResponse, answer: WireResponse): void {
    outgoing.writeHead(answer.status, {
      'x-amzn-requestid': randomUUID(),
      ...answer.headers,
      date: new Date(this.clock.now()).toUTCString(),
      ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
    });
    outgoing.end(answer.body);
  }

  private async answer(request: WireRequest): Promise<Answer> {
    const scope = signatureScope(request.headers.authorization);
    if (!scope)
      return errorResponse(
        403,
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    const emulator =
      this.emulators.get(scope.service) ?? new AbsentService(scope.service, [...this.emulators.keys()]);
    const identity = this.args.identities.find(scope.accessKeyId);
    if (!identity) {
      const message = 'The security token included in the request is invalid.';
      return emulator.fault('UnrecognizedClientException', authorizationStatus(scope.service), message);
    }
    return this.call(request, scope, identity, emulator);
  }

  private async call(
    request: WireRequest,
    scope: SignatureScope,
    identity: Identity,
    emulator: ServiceEmulator,
  ): Promise<Answer> {
    const caller = this.caller(identity, scope);
    this.sequence += 1;
    const call: Call = {
      sequence: this.sequence,
      service: scope.service,
      operation: nameOf(emulator, request),
      principalArn: caller.principalArn,
      accessKeyId: scope.accessKeyId,
      region: scope.region,
    };
    this.metering.countCall(call);
    this.args.onCall?.(call);
    const answer = await this.underFaults(call, emulator, async () => {
      try {
        return (
          this.denial(request, caller, identity, emulator) ??
          this.keyOutage(request, caller, emulator) ??
          (await emulator.handle(request, caller))
        );
      } catch (mistake) {
        (this.args.onInternalError ?? printMistake)(mistake, call);
        return emulator.fault('InternalFailure', 500, 'The local cloud made a mistake; see its log');
      }
    });
    if (answer === NO_ANSWER || answer.status >= 400) this.metering.countFailure(call);
    return answer;
  }

  private async underFaults(
    call: Call,
    emulator: ServiceEmulator,
    carryOut: () => Promise<WireResponse>,
  ): Promise<Answer> {
    const effects = this.faults.draw(call);
    for (const effect of effects) {
      switch (effect.kind) {
        case 'crashAt':
          effect.crash(call);
          return NO_ANSWER;
        case 'destroyedSocket':
          return NO_ANSWER;
        case 'throttle':
          return emulator.fault(
            'ThrottlingException',
            JSON_RPC_SERVICES.has(call.service) ? 400 : 429,
            'Rate exceeded',
          );
        case 'serverError':
          return serverError(emulator);
        case 'slow':
          await this.clock.sleep(effect.milliseconds);
          break;
        case 'lostResponse':
          break;
      }
    }
    const answer = await carryOut();
    return effects.some((effect) => effect.kind === 'lostResponse') ? NO_ANSWER : answer;
  }

  /** The answer of AWS to a request that IAM does not allow; undefined if it does. */
  private denial(
    request: WireRequest,
    caller: Caller,
    identity: Identity,
    emulator: ServiceEmulator,
  ): WireResponse | undefined {
    if (caller.administrator) return undefined;
    const context = {
      'aws:PrincipalAccount': caller.accountId,
      'aws:RequestedRegion': caller.region,
      'aws:SecureTransport': 'true',
    };
    for (const requested of emulator.requestedActions(request, caller)) {
      const decision = this.args.policies.decide(caller.principalArn, requested, context);
      if (decision === 'allowed') continue;
      const message = denialMessage(identity.userArn, requested, decision);
      return emulator.fault('AccessDeniedException', authorizationStatus(emulator.service), message);
    }
    return undefined;
  }

  /** The answer of a service whose call needs a key of a lost Region, the administrator's too; undefined if none. */
  private keyOutage(
    request: WireRequest,
    caller: Caller,
    emulator: ServiceEmulator,
  ): WireResponse | undefined {
    if (!this.faults.losesAnyRegion) return undefined;
    const isOut = emulator
      .requestedActions(request, caller)
      .some(({ action, resource }) => action.startsWith('kms:') && this.faults.isLost(regionOfArn(resource)));
    return isOut ? serverError(emulator) : undefined;
  }

  private caller(identity: Identity, scope: SignatureScope): Caller {
    return {
      principalArn: identity.principalArn,
      region: scope.region,
      accountId: this.args.identities.accountId,
      administrator: identity.administrator,
    };
  }
}

/** AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denialMessage(
  userArn: string,
  { action, resource }: RequestedAction,
  decision: 'implicitDeny' | 'explicitDeny',
): string {
  const reason =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${userArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

function regionOfArn(arn: string): string {
  return arn.split(':')[3] ?? '';
}

function serverError(emulator: ServiceEmulator): WireResponse {
  const name = emulator.service === 'dynamodb' ? 'InternalServerError' : 'InternalServerException';
  return emulator.fault(name, 500, 'Internal server error');
}

function authorizationStatus(service: string): number {
  return JSON_RPC_SERVICES.has(service) ? 400 : 403;
}

function nameOf(emulator: ServiceEmulator, request: WireRequest): string {
  try {
    return emulator.operation(request) ?? 'Unknown';
  } catch {
    return 'Unknown';
  }
}

/** Undefined if the body is too large; the rest of it is read and dropped, so that the client sees the answer. */
async function wireRequest(incoming: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) return undefined;
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return { method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers, body: Buffer.concat(chunks) };
}

function printMistake(mistake: unknown, call: Call): void {
  const text = mistake instanceof Error ? (mistake.stack ?? mistake.message) : String(mistake);
  process.stderr.write(`local cloud: ${call.service}:${call.operation} failed: ${text}\n`);
}
