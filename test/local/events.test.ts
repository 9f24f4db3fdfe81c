import assert from 'node:assert/strict';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { compilePattern, type EventPattern } from '../../local/event-pattern';
import { type BusEvent, EventBridgeService } from '../../local/events';
import { accountId, callerOf, serveWire, type WireServer } from '../support/wire-server';

describe('EventBridgeService', () => {
  let bus: EventBridgeService;
  let server: WireServer;
  let client: EventBridgeClient;

  before(async () => {
    bus = new EventBridgeService();
    server = await serveWire(bus);
    client = new EventBridgeClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'admin', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await server.close();
  });

  const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
  const heard = (pattern: EventPattern, address?: { bus?: string; region?: string }) => {
    const events: BusEvent[] = [];
    const unsubscribe = bus.subscribe(pattern, (event) => events.push(event), address);
    return { events, unsubscribe };
  };

  it('delivers a put event to whoever subscribed to its pattern, as AWS writes it', async () => {
    const { events, unsubscribe } = heard({ source: ['our.app'] });

    const answer = await put(
      {
        Source: 'our.app',
        DetailType: 'Changed',
        Detail: '{"id":"a1"}',
        Resources: ['arn:aws:s3:::bucket'],
        Time: new Date('2026-03-01T10:00:00.500Z'),
      },
      { Source: 'another.app', DetailType: 'Changed', Detail: '{}' },
    );

    unsubscribe();
    assert.equal(answer.FailedEntryCount, 0);
    assert.deepEqual(events, [
      {
        version: '0',
        id: answer.Entries?.[0]?.EventId,
        'detail-type': 'Changed',
        source: 'our.app',
        account: accountId,
        time: '2026-03-01T10:00:00Z',
        region: 'eu-west-1',
        resources: ['arn:aws:s3:::bucket'],
        detail: { id: 'a1' },
      },
    ]);
  });

  it('keeps buses and Regions apart', async () => {
    const onDefault = heard({ source: ['our.app'] });
    const onOther = heard({ source: ['our.app'] }, { bus: 'other' });
    const elsewhere = heard({ source: ['our.app'] }, { region: 'eu-central-1' });

    await put({
      Source: 'our.app',
      DetailType: 'Changed',
      Detail: '{}',
      EventBusName: `arn:aws:events:eu-west-1:${accountId}:event-bus/other`,
    });

    for (const { unsubscribe } of [onDefault, onOther, elsewhere]) unsubscribe();
    assert.deepEqual(
      [onDefault, onOther, elsewhere].map(({ events }) => events.length),
      [0, 1, 0],
    );
  });

  it('hears nothing once the subscription has ended', async () => {
    const { events, unsubscribe } = heard({ source: ['our.app'] });
    unsubscribe();

    await put({ Source: 'our.app', DetailType: 'Changed', Detail: '{}' });

    assert.deepEqual(events, []);
  });

  it("takes events of AWS's own services from inside only", async () => {
    const { events, unsubscribe } = heard({ source: [{ prefix: 'aws.' }] });
    const event: BusEvent = {
      version: '0',
      id: '1',
      'detail-type': 'Asset Added To Inventory',
      source: 'aws.datazone',
      account: accountId,
      time: '2026-03-01T10:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: { version: '1' },
    };

    bus.publish(event);
    const answer = await put({ Source: 'aws.datazone', DetailType: 'Forged', Detail: '{}' });

    unsubscribe();
    assert.deepEqual(events, [event]);
    assert.equal(answer.Entries?.[0]?.ErrorCode, 'NotAuthorizedForSourceException');
  });

  it('refuses the entries that are wrong and takes the others', async () => {
    const answer = await put(
      { Source: 'our.app', DetailType: 'Changed', Detail: 'no JSON' },
      { DetailType: 'Changed', Detail: '{}' },
      { Source: 'our.app', DetailType: 'Changed', Detail: '{}' },
    );

    assert.equal(answer.FailedEntryCount, 2);
    assert.deepEqual(
      answer.Entries?.map(({ ErrorCode }) => ErrorCode),
      ['MalformedDetail', 'InvalidArgument', undefined],
    );
  });

  it('refuses more than 10 entries, none, and more than 256 KB', async () => {
    const event = { Source: 'our.app', DetailType: 'Changed', Detail: '{}' };

    await assert.rejects(put(...Array(11).fill(event)), { name: 'ValidationException' });
    await assert.rejects(put(), { name: 'ValidationException' });
    await assert.rejects(put({ ...event, Detail: JSON.stringify({ text: 'x'.repeat(256 * 1024) }) }), {
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
  });

  it('asks IAM about each bus that a call names', () => {
    const request = {
      method: 'POST',
      url: '/',
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body: Buffer.from(JSON.stringify({ Entries: [{}, { EventBusName: 'other' }, {}] })),
    };

    assert.deepEqual(bus.requestedActions(request, callerOf('capture')), [
      { action: 'events:PutEvents', resource: `arn:aws:events:eu-west-1:${accountId}:event-bus/default` },
      { action: 'events:PutEvents', resource: `arn:aws:events:eu-west-1:${accountId}:event-bus/other` },
    ]);
  });
});

describe('compilePattern', () => {
  const cases: readonly [string, EventPattern, unknown, boolean][] = [
    ['an exact value', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['another value', { a: ['x'] }, { a: 'z' }, false],
    ['a number that is not its text', { a: [1] }, { a: '1' }, false],
    ['null', { a: [null] }, { a: null }, true],
    ['a member that is not there', { a: ['x'] }, {}, false],
    ['nested members', { detail: { data: { id: ['1'] } } }, { detail: { data: { id: '1' }, more: 1 } }, true],
    ['one element of a list', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['all members named', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    ['a prefix', { a: [{ prefix: 'Asset ' }] }, { a: 'Asset Added' }, true],
    ['no prefix', { a: [{ prefix: 'Asset ' }] }, { a: 'An Asset ' }, false],
    ['a suffix', { a: [{ suffix: '.png' }] }, { a: 'dir/file.png' }, true],
    ['another case', { a: [{ 'equals-ignore-case': 'ABC' }] }, { a: 'aBc' }, true],
    ['presence', { a: [{ exists: true }] }, { a: null }, true],
    ['absence', { a: [{ exists: false }] }, { b: 1 }, true],
    ['no absence', { a: [{ exists: false }] }, { a: 1 }, false],
    ['anything but a value', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
    ['anything but a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xy' }, false],
    ['anything but, of nothing', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ];
  for (const [title, pattern, event, expected] of cases) {
    it(`decides on ${title}`, () => {
      assert.equal(compilePattern(pattern)(event), expected);
    });
  }

  it('refuses what it cannot decide', () => {
    for (const pattern of [{}, { a: [] }, { a: [{ cidr: '10.0.0.0/8' }] }, { a: [{ prefix: 1 }] }]) {
      assert.throws(() => compilePattern(pattern), { name: 'InvalidEventPatternError' });
    }
  });
});
