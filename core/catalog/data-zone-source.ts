import { buffer } from 'node:stream/consumers';
import type {
  $Command,
  DataZoneClient,
  DataZoneClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-datazone';
import { BrokenAnswerError, typedError } from './errors';
import { isObject } from './json';
import type { Json, JsonObject } from './kind';
import { operations as reading } from './operations';
import type { Pace } from './pace';
import type { DomainSource } from './source';

type Command = $Command<ServiceInputTypes, ServiceOutputTypes, DataZoneClientResolvedConfig>;

export interface DataZoneSourceArgs {
  readonly client: DataZoneClient;
  readonly domainId: string;
  /** Without one, only AWS's throttling sets the pace. */
  readonly pace?: Pick<Pace, 'take'>;
  /** Commands of the SDK by the names of their operations. @default those that read */
  readonly operations?: Operations;
}

/** The commands' constructors differ in their input types alone, which the caller's kind answers for. */
export type Operations = Readonly<Record<string, abstract new (input: never) => object>>;

/** The domain over the DataZone API. One may be used by many calls at once. */
export class DataZoneSource implements DomainSource {
  readonly domainId: string;
  private clockOffset: number | undefined;
  private readonly counts = new Map<string, number>();

  private readonly operations: Operations;

  constructor(private readonly args: DataZoneSourceArgs) {
    this.domainId = args.domainId;
    this.operations = args.operations ?? reading;
  }

  /** Throws the errors of `source.ts`; a failure that none of them describes is thrown as the SDK gave it. */
  async call(operation: string, input: Readonly<Record<string, unknown>>): Promise<JsonObject> {
    const Command = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (Command === undefined) throw new TypeError(`${operation} is not among the operations of this source`);
    await this.args.pace?.take(operation);
    const command = commandFor(Command, { ...input, domainIdentifier: this.domainId });
    const answer = this.tap(command, operation);
    try {
      const output = await this.args.client.send(command);
      return operation in payloads ? { ...headerMembers(output), ...answer() } : answer();
    } catch (error) {
      throw typedError(operation, input, error);
    }
  }

  /**
   * The service's clock minus this machine's in ms, from the Date header of the latest answer, which counts
   * whole seconds: accurate to about a second. Undefined before the first answer.
   */
  serverClockOffset(): number | undefined {
    return this.clockOffset;
  }

  /** Requests sent so far by operation, the SDK's retries included. */
  requestCounts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  /**
   * Keeps the raw answer and hands the SDK an empty one: the SDK drops members that it does not know, and what
   * it would make of the rest is not used. An answer that is not JSON is thrown here, inside the SDK's retry
   * loop, as an error that it retries: a SyntaxError of its own it does not.
   */
  private tap(command: Command, operation: string): () => JsonObject {
    let answer: JsonObject = {};
    command.middlewareStack.add(
      (next) => async (args) => {
        this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
        const result = await next(args);
        const response = result.response;
        if (!isHttpResponse(response)) return result;
        this.noteDate(response.headers.date);
        if (response.statusCode >= 300 || Buffer.isBuffer(response.body)) return result;
        answer = answered(await buffer(response.body), operation);
        response.body = Buffer.from('{}');
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'rawAnswer' },
    );
    return () => answer;
  }

  private noteDate(header: string | undefined): void {
    const date = Date.parse(header ?? '');
    if (!Number.isNaN(date)) this.clockOffset = date + 500 - Date.now();
  }
}

/** Operations whose answer has one member for a body, as text, and all others in headers. */
const payloads: Readonly<Record<string, string>> = { GetLineageEvent: 'event' };

/** What the SDK read from headers, as JSON would carry it. Times in headers are of whole seconds. */
function headerMembers({ $metadata: _, ...output }: ServiceOutputTypes): JsonObject {
  return Object.fromEntries(
    Object.entries<unknown>(output).flatMap(([member, value]): [string, Json][] => {
      if (value instanceof Date) return [[member, value.getTime() / 1000]];
      return typeof value === 'string' ? [[member, value]] : [];
    }),
  );
}

function commandFor(Constructor: Operations[string], input: Readonly<Record<string, unknown>>): Command {
  return new (Constructor as unknown as new (input: object) => Command)(input);
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: AsyncIterable<unknown> | Buffer;
}

function isHttpResponse(response: unknown): response is HttpResponse {
  return typeof response === 'object' && response !== null && 'statusCode' in response && 'body' in response;
}

/** What changes a domain may be answered with nothing; what reads it may not. */
const reads = /^(Get|List|Search|BatchGet)/;

function answered(body: Buffer, operation: string): JsonObject {
  if (body.length === 0 && !reads.test(operation)) return {};
  const answer = parsed(body, operation);
  const payload = payloads[operation];
  return payload === undefined ? answer : { [payload]: body.toString('utf8') };
}

function parsed(body: Buffer, operation: string): JsonObject {
  let answer: Json;
  try {
    answer = JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw new BrokenAnswerError(`${operation}: the answer is not JSON`, { cause: error });
  }
  if (!isObject(answer)) throw new BrokenAnswerError(`${operation}: the answer is not a JSON object`);
  return answer;
}
