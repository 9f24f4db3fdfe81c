import assert from 'node:assert/strict';
import { dataZoneClient } from '../../../core/catalog/client';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import {
  CursorRefusedError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from '../../../core/catalog/source';
import type { WireRequest, WireResponse } from '../../../local/wire';
import { serveWire, type WireServer } from '../../support/wire-server';
import { domainId } from './fixture';

const json = (status: number, body: object, headers = {}): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const fault = (status: number, name: string, message: string): WireResponse =>
  json(status, { message }, { 'x-amzn-errortype': name });

describe('DataZoneSource', () => {
  let server: WireServer;
  let answer: (request: WireRequest) => WireResponse | Promise<WireResponse>;
  let requests: WireRequest[];
  let source: DataZoneSource;

  beforeEach(async () => {
    requests = [];
    server = await serveWire({
      handle: async (request) => {
        requests.push(request);
        return answer(request);
      },
    });
    const client = dataZoneClient({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'backup', secretAccessKey: 'secret' },
      maxAttempts: 2,
      requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true },
    });
    source = new DataZoneSource({ client, domainId });
  });

  afterEach(() => server.close());

  it('returns the body as it stood on the wire, with members that the SDK does not know', async () => {
    const body = {
      items: [
        { assetItem: { identifier: 'a', createdAt: 1715000000.123, lineageScore: 0.5 } },
        { newItem: {} },
      ],
      nextToken: 'two',
      addedTomorrow: true,
    };
    answer = () => json(200, body);

    assert.deepEqual(await source.call('Search', { searchScope: 'ASSET', maxResults: 50 }), body);
    assert.equal(requests[0]?.url, `/v2/domains/${domainId}/search`);
    assert.deepEqual(JSON.parse(String(requests[0]?.body)), { searchScope: 'ASSET', maxResults: 50 });
  });

  it('reads the domain itself by the same id', async () => {
    answer = () => json(200, { id: domainId });

    await source.call('GetDomain', { identifier: domainId });

    assert.equal(requests[0]?.url, `/v2/domains/${domainId}`);
  });

  it('returns a body that somebody posted as it is, with the members that come in headers', async () => {
    const event = ' {"rows": 1.0, "name": "Größe"}\n';
    answer = () => ({
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'domain-id': domainId,
        id: 'a1b2c3d4e5f6g7',
        'created-at': 'Tue, 14 Nov 2023 22:13:20 GMT',
        'processing-status': 'SUCCESS',
      },
      body: event,
    });

    assert.deepEqual(await source.call('GetLineageEvent', { identifier: 'a1b2c3d4e5f6g7' }), {
      domainId,
      id: 'a1b2c3d4e5f6g7',
      event,
      createdAt: 1700000000,
      processingStatus: 'SUCCESS',
    });
  });

  it('tries again where a posted body was cut short', async () => {
    answer = () => ({ status: 200, headers: {}, body: requests.length === 1 ? '{"rows": ' : '{"rows": 1}' });

    const { event } = await source.call('GetLineageEvent', { identifier: 'a1b2c3d4e5f6g7' });

    assert.equal(event, '{"rows": 1}');
  });

  it('keeps the answers of calls at the same time apart', async () => {
    answer = async ({ url }) => {
      const id = url.split('/').at(-1) ?? '';
      await new Promise((resolve) => setTimeout(resolve, id.length % 3));
      return json(200, { id });
    };
    const ids = Array.from({ length: 20 }, (_, n) => 'x'.repeat(n + 1));

    const answers = await Promise.all(ids.map((id) => source.call('GetAsset', { identifier: id })));

    assert.deepEqual(
      answers.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(source.requestCounts(), { GetAsset: 20 });
  });

  const typed: readonly (readonly [string, WireResponse, object, new (message: string) => Error])[] = [
    ['a missing resource', fault(404, 'ResourceNotFoundException', 'no'), {}, ResourceAbsentError],
    [
      'a cursor that has expired',
      fault(400, 'ValidationException', 'no'),
      { nextToken: 'x' },
      CursorRefusedError,
    ],
    ['throttling that lasts', fault(429, 'ThrottlingException', 'no'), {}, RetryableError],
    ['a service error that lasts', fault(500, 'InternalServerException', 'no'), {}, RetryableError],
    ['a 503 that is no JSON', { status: 503, headers: {}, body: '<html>' }, {}, RetryableError],
    ['a 200 that is no JSON', { status: 200, headers: {}, body: '<html>' }, {}, RetryableError],
    ['a 200 with nothing in it', { status: 200, headers: {}, body: '' }, {}, RetryableError],
    ['a 200 with a bare value', { status: 200, headers: {}, body: '[]' }, {}, RetryableError],
  ];
  for (const [what, response, input, type] of typed) {
    it(`throws ${type.name} on ${what}, and keeps the cause`, async () => {
      answer = () => response;

      await assert.rejects(source.call('SearchTypes', { searchScope: 'FORM_TYPE', ...input }), (error) => {
        assert.ok(error instanceof type, String(error));
        assert.match(error.message, /^SearchTypes: /);
        assert.ok(error.cause instanceof Error);
        return true;
      });
      assert.equal(requests.length, type === RetryableError ? 2 : 1);
    });
  }

  it('throws RetryableError on a service that does not answer, and on one that is not there', async () => {
    answer = () => new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 2_000).unref());
    await assert.rejects(source.call('GetAsset', { identifier: 'a' }), RetryableError);

    await server.close();
    await assert.rejects(source.call('GetAsset', { identifier: 'a' }), RetryableError);

    server = await serveWire({ handle: async () => json(200, {}) });
  });

  it("keeps AWS's words on a denial, which name the action", async () => {
    const words =
      'User: arn:aws:sts::111122223333:assumed-role/backup/x is not authorized to perform: datazone:GetAsset';
    answer = () => fault(403, 'AccessDeniedException', words);

    await assert.rejects(source.call('GetAsset', { identifier: 'a' }), (error) => {
      assert.ok(error instanceof ResourceDeniedError);
      assert.ok(error.message.includes(words));
      return true;
    });
  });

  it('does not take bad credentials for a denied resource, nor a bad request for a refused cursor', async () => {
    for (const name of ['ExpiredTokenException', 'UnrecognizedClientException']) {
      answer = () => fault(403, name, 'The security token included in the request is invalid');
      await assert.rejects(source.call('GetAsset', { identifier: 'a' }), { name });
    }
    answer = () => fault(400, 'ValidationException', 'no');
    await assert.rejects(source.call('Search', {}), { name: 'InvalidRequestError' });
  });

  it('gets over an answer that was cut short', async () => {
    answer = () =>
      requests.length === 1 ? { status: 200, headers: {}, body: '{"items":[' } : json(200, { items: [] });

    assert.deepEqual(await source.call('Search', { searchScope: 'ASSET' }), { items: [] });
    assert.deepEqual(source.requestCounts(), { Search: 2 });
  });

  it("tells how far this machine's clock is off, to about a second", async () => {
    assert.equal(source.serverClockOffset(), undefined);
    answer = () => json(200, {}, { date: new Date(Date.now() + 60_000).toUTCString() });

    await source.call('GetAsset', { identifier: 'a' });

    const offset = source.serverClockOffset() ?? 0;
    assert.ok(Math.abs(offset - 60_000) <= 1_000, String(offset));
  });

  it('waits for its pace before each call', async () => {
    const taken: string[] = [];
    answer = () => json(200, {});
    const paced = new DataZoneSource({
      client: dataZoneClient({
        endpoint: server.url,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'backup', secretAccessKey: 'secret' },
      }),
      domainId,
      pace: {
        take: async (operation) => {
          taken.push(`${operation} after ${requests.length}`);
        },
      },
    });

    await paced.call('GetAsset', { identifier: 'a' });
    await paced.call('ListProjects', {});

    assert.deepEqual(taken, ['GetAsset after 0', 'ListProjects after 1']);
  });

  it('refuses an operation that no kind uses', async () => {
    await assert.rejects(source.call('DeleteAsset', { identifier: 'a' }), TypeError);
    assert.equal(requests.length, 0);
  });
});
