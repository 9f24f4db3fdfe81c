import assert from 'node:assert/strict';
import * as datazone from '@aws-sdk/client-datazone';
import { Generator } from '../../../local/datazone/generate';
import { route } from '../../../local/datazone/route';
import { errorStatuses, type Operation, operations } from '../../../local/datazone/schema';
import { parseRequest, respond } from '../../../local/datazone/wire';
import { Random } from '../../../local/random';
import { type Answering, serveWire, type WireServer } from '../../support/wire-server';

type Send = (command: unknown) => Promise<Record<string, unknown>>;

/** Parses every request and answers what it was told to. */
class Echo implements Answering {
  output: Record<string, unknown> = {};
  received: { readonly operation: string; readonly input: Record<string, unknown> } | undefined;

  async handle(request: Parameters<Answering['handle']>[0]) {
    const found = route(request.method, request.url.split('?')[0] ?? '');
    assert.ok(found, `no operation at ${request.method} ${request.url}`);
    this.received = { operation: found.operation.name, input: parseRequest(found, request) };
    return respond(found.operation, this.output);
  }
}

describe("The wire of the local DataZone server, against the SDK's client", function () {
  this.timeout(30_000);
  const echo = new Echo();
  let server: WireServer;
  let client: datazone.DataZoneClient;

  before(async () => {
    server = await serveWire(echo);
    client = new datazone.DataZoneClient({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'admin', secretAccessKey: 'secret' },
    });
  });
  after(async () => {
    client.destroy();
    await server.close();
  });

  async function roundTrip(operation: Operation, generator: Generator): Promise<void> {
    const input = generator.structure(operation.input);
    echo.output = generator.structure(operation.output);
    const Command: unknown = Reflect.get(datazone, `${operation.name}Command`);
    assert.ok(typeof Command === 'function');
    const send = client.send.bind(client) as unknown as Send;

    const { $metadata, ...output } = await send(Reflect.construct(Command, [{ ...input }]));

    assert.equal(echo.received?.operation, operation.name);
    const tokens = operation.input.members.filter((m) => m.token && input[m.name] === undefined);
    const received = { ...echo.received?.input };
    for (const { name } of tokens) delete received[name];
    assert.deepEqual(comparable(received), comparable(input), `request of ${operation.name}`);
    assert.deepEqual(comparable(output), comparable(echo.output), `response of ${operation.name}`);
    assert.equal(($metadata as { httpStatusCode: number }).httpStatusCode, operation.successStatus);
  }

  it('finds all 188 operations, and the eight errors with their status codes', () => {
    assert.equal(operations.size, 188);
    assert.deepEqual(Object.fromEntries(errorStatuses), {
      AccessDeniedException: 403,
      ConflictException: 409,
      InternalServerException: 500,
      ResourceNotFoundException: 404,
      ServiceQuotaExceededException: 402,
      ThrottlingException: 429,
      UnauthorizedException: 401,
      ValidationException: 400,
    });
  });

  for (const fullness of ['required', 'full', 'random'] as const) {
    it(`carries inputs and outputs of every operation unchanged (${fullness} members)`, async () => {
      const generator = new Generator(new Random(7), fullness);
      for (const operation of operations.values()) await roundTrip(operation, generator);
    });
  }

  it('knows ISO timestamps from epoch timestamps, and the labels of every path', () => {
    const project = operations.get('GetProject')?.output.members.find((m) => m.name === 'createdAt');
    const glossary = operations.get('GetGlossary')?.output.members.find((m) => m.name === 'createdAt');

    assert.deepEqual(project?.shape, { kind: 'timestamp', format: 'iso' });
    assert.deepEqual(glossary?.shape, { kind: 'timestamp', format: 'epoch' });
    assert.deepEqual(route('GET', '/v2/domains/dzd_1/assets/externalIdentifer%2Fa%3Ab')?.labels, [
      'dzd_1',
      'externalIdentifer/a:b',
    ]);
    assert.equal(route('POST', '/v2/domains/dzd_1/listings/search')?.operation.name, 'SearchListings');
    assert.equal(route('GET', '/v2/domains/dzd_1/listings/search')?.operation.name, 'GetListing');
    assert.equal(route('GET', '/v2/planets'), undefined);
    assert.throws(() => route('GET', '/v2/domains//assets/x'), { name: 'ValidationException' });
  });
});

/** Bytes as text, and absent members left out, so that deep equality compares what the wire can carry. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(comparable);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}
