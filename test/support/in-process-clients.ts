import { Readable } from 'node:stream';
import { DataZoneClient } from '@aws-sdk/client-datazone';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { DataZoneService } from '../../local/datazone/service';
import { EmbeddedBackend } from '../../local/dynamodb/embedded-backend';
import type { Random } from '../../local/random';
import type { WireResponse } from '../../local/wire';
import { callerOf } from './wire-server';

const region = 'eu-west-1';

/** One call to a service, a client's retries counted one by one. */
export interface ServiceCall<T> {
  readonly service: 'datazone' | 'dynamodb';
  readonly operation: string;
  /** Of a put into a vault in memory: the item. */
  readonly item?: Readonly<Record<string, unknown>>;
  /** Does it, and gives the answer. */
  readonly answer: () => Promise<T>;
}

/** What stands between a client and its service: may fail, delay, count, do a call twice. */
export type Between = <T>(call: ServiceCall<T>) => Promise<T>;

/** How SDK clients reach their emulators inside this process: the bytes of the wire, and no socket. */
export interface InProcessOptions {
  readonly between?: Between;
  /** The SDK's attempts per call, without pauses. @default 1 */
  readonly attempts?: number;
}

/** Share of the requests of an SDK client that go wrong in each way. */
export interface FaultRates {
  readonly throttled: number;
  /** Answered with a server error, and not done. */
  readonly failed: number;
  /** Done, and answered with a server error. */
  readonly lost: number;
}

/** Faults as both services answer them. */
export function faulty(random: Random, { throttled, failed, lost }: FaultRates): Between {
  return async <T>({ answer }: ServiceCall<T>): Promise<T> => {
    const drawn = random.next();
    if (drawn < throttled) return fault('ThrottlingException', 429) as T;
    if (drawn < throttled + failed) return fault('InternalServerException', 500) as T;
    const answered = await answer();
    return random.chance(lost) ? (fault('InternalServerException', 500) as T) : answered;
  };
}

function fault(name: string, status: number): unknown {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  return { status, headers, body: JSON.stringify({ __type: name, message: 'not this time' }) };
}

export function inProcessDataZone(
  service: DataZoneService,
  accessKeyId: string,
  options: InProcessOptions = {},
): DataZoneClient {
  const caller = callerOf(accessKeyId, region);
  return new DataZoneClient({
    ...common(options),
    requestHandler: handler(options, 'datazone', (request) => {
      const query = new URLSearchParams(Object.entries(request.query).flatMap(eachValue)).toString();
      const wire = {
        method: request.method,
        url: query === '' ? request.path : `${request.path}?${query}`,
        headers: request.headers,
        body: bytesOf(request),
      };
      return {
        operation: service.operation(wire) ?? '',
        answer: () => service.handle(wire, caller),
      };
    }),
  });
}

export function inProcessDynamoDb(backend: EmbeddedBackend, options: InProcessOptions = {}): DynamoDBClient {
  return new DynamoDBClient({
    ...common(options),
    requestHandler: handler(options, 'dynamodb', (request) => {
      const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
      return {
        operation,
        answer: async () => {
          const { status, body } = await backend.call(
            region,
            operation,
            JSON.parse(bytesOf(request).toString()),
          );
          return { status, headers: {}, body: JSON.stringify(body) };
        },
      };
    }),
  });
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function handler(
  { between = ({ answer }) => answer() }: InProcessOptions,
  service: ServiceCall<unknown>['service'],
  routed: (request: Request) => Omit<ServiceCall<WireResponse>, 'service'>,
) {
  return {
    handle: async (request: Request, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) => {
      const answered = between({ service, ...routed(request) });
      const { status, headers, body } = await (abortSignal === undefined
        ? answered
        : Promise.race([answered, aborted(abortSignal)]));
      const stream = Readable.from([Buffer.from(body)]);
      return { response: { statusCode: status, headers: { ...headers }, body: stream } } as never;
    },
  };
}

/** A parameter with a list for a value stands once for each of its entries. */
function eachValue([name, value]: [string, string | readonly string[]]): [string, string][] {
  return [value].flat().map((each) => [name, each]);
}

function bytesOf({ body }: Request): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.concat(body === undefined ? [] : [body]);
}

/** Fails as the SDK's own handler does once a call is given up. */
async function aborted(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', resolve, { once: true });
  });
  throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

function common({ attempts = 1 }: InProcessOptions) {
  return {
    region,
    endpoint: 'http://in-process',
    credentials: { accessKeyId: 'in', secretAccessKey: 'process' },
    // Nobody checks it, and it takes as long as the rest of a call.
    signer: { sign: async <R>(request: R) => request },
    retryStrategy: new ConfiguredRetryStrategy(attempts, () => 0),
    // Else each new client looks for these in variables and files, which takes longer than some calls.
    maxAttempts: attempts,
    retryMode: 'standard',
    defaultsMode: 'legacy' as const,
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
  };
}

/** The embedded DynamoDB of one bench. */
export class InProcessTables {
  readonly backend = new EmbeddedBackend();
  private tables = 0;

  async create(): Promise<string> {
    const TableName = `vault-${++this.tables}`;
    await this.call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
    for (;;) {
      const { Table } = await this.call('DescribeTable', { TableName });
      if ((Table as { TableStatus?: string }).TableStatus === 'ACTIVE') return TableName;
      await new Promise(setImmediate);
    }
  }

  private async call(operation: string, input: Readonly<Record<string, unknown>>) {
    const { status, body } = await this.backend.call(region, operation, input);
    if (status !== 200) throw new Error(`${operation}: ${JSON.stringify(body)}`);
    return body;
  }
}
