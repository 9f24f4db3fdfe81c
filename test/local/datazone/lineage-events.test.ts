import assert from 'node:assert/strict';
import {
  GetLineageEventCommand,
  ListLineageEventsCommand,
  PostLineageEventCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

const runEvent = (eventTime: string, more: object = {}): string =>
  JSON.stringify({
    eventType: 'COMPLETE',
    eventTime,
    run: { runId: 'd2e7c111-8f3c-4f5b-9ebd-cb1d7995082a' },
    job: { namespace: 'etl', name: 'curate' },
    inputs: [{ namespace: 's3://raw', name: 'orders' }],
    ...more,
  });

describe('A lineage event of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let send: ReturnType<Fixture['client']>['send'];

  beforeEach(async () => {
    fixture = await new Fixture({ deployMilliseconds: 5_000 }).start();
    domainIdentifier = fixture.domain();
    fixture.clock.advance(10_000);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  afterEach(() => fixture.stop());

  const post = (event: string) =>
    send(new PostLineageEventCommand({ domainIdentifier, event: Buffer.from(event) }));

  it('is kept byte for byte, with what is known of it in headers', async () => {
    const text = ` ${runEvent('2026-01-02T03:04:05.678+10:00', { rows: 1.0, name: 'Größe' })}\n`;
    const { id: identifier } = await post(text);

    const got = await send(new GetLineageEventCommand({ domainIdentifier, identifier }));

    assert.equal(Buffer.from(got.event ?? '').toString(), text);
    assert.deepEqual(got.eventTime, new Date('2026-01-01T17:04:05Z'));
    assert.deepEqual([got.id, got.domainId], [identifier, domainIdentifier]);
    assert.match(identifier ?? '', /^[a-z0-9]{14}$/);
  });

  it('is listed by the time that it tells, newest first unless asked otherwise', async () => {
    for (const day of [2, 3, 1]) await post(runEvent(`2026-01-0${day}T00:00:00Z`));
    const days = async (input: Partial<ConstructorParameters<typeof ListLineageEventsCommand>[0]>) => {
      const { items } = await send(new ListLineageEventsCommand({ domainIdentifier, ...input }));
      return items?.map(({ eventTime }) => eventTime?.getUTCDate());
    };

    assert.deepEqual(await days({}), [3, 2, 1]);
    assert.deepEqual(await days({ sortOrder: 'ASCENDING' }), [1, 2, 3]);
    assert.deepEqual(await days({ timestampAfter: new Date('2026-01-01T12:00:00Z') }), [3, 2]);
    assert.deepEqual(await days({ timestampBefore: new Date('2026-01-01T12:00:00Z') }), [1]);
  });

  it('is listed in pages, and with what it is about', async () => {
    for (const day of [1, 2, 3]) await post(runEvent(`2026-01-0${day}T00:00:00Z`));
    const list = { domainIdentifier, sortOrder: 'ASCENDING' as const, maxResults: 2 };

    const first = await send(new ListLineageEventsCommand(list));
    const second = await send(new ListLineageEventsCommand({ ...list, nextToken: first.nextToken }));

    assert.deepEqual([first.items?.length, second.items?.length, second.nextToken], [2, 1, undefined]);
    assert.deepEqual(second.items?.[0]?.eventSummary?.openLineageRunEventSummary, {
      eventType: 'COMPLETE',
      runId: 'd2e7c111-8f3c-4f5b-9ebd-cb1d7995082a',
      job: { namespace: 'etl', name: 'curate' },
      inputs: [{ namespace: 's3://raw', name: 'orders' }],
      outputs: [],
    });
  });

  it('is being processed for a while', async () => {
    await post(runEvent('2026-01-01T00:00:00Z'));
    const statuses = async (processingStatus?: 'PROCESSING' | 'SUCCESS') => {
      const { items } = await send(new ListLineageEventsCommand({ domainIdentifier, processingStatus }));
      return items?.map((item) => item.processingStatus);
    };

    assert.deepEqual(await statuses(), ['PROCESSING']);
    assert.deepEqual(await statuses('SUCCESS'), []);
    fixture.clock.advance(5_000);
    assert.deepEqual(await statuses(), ['SUCCESS']);
    assert.deepEqual(await statuses('PROCESSING'), []);
  });

  for (const [what, event] of [
    ['no JSON', '{'],
    ['an event of a dataset', '{"eventTime":"2026-01-01T00:00:00Z","dataset":{}}'],
    ['more than 300 000 bytes', runEvent('2026-01-01T00:00:00Z', { long: 'x'.repeat(300_000) })],
  ] as const) {
    it(`is refused where it is ${what}`, async () => {
      await assert.rejects(post(event), { name: 'ValidationException' });
    });
  }
});
