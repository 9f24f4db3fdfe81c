import assert from 'node:assert/strict';
import { FakeClock } from '../../local/clock';
import { HIDDEN, Trail } from '../../local/cloud-trail';
import { calm, DataZoneService } from '../../local/datazone/service';
import type { BusEvent } from '../../local/events';
import { Random } from '../../local/random';
import { callerOf } from '../support/wire-server';

describe('Trail', () => {
  let clock: FakeClock;
  let events: BusEvent[];
  let service: DataZoneService;
  let domainIdentifier: string;
  const caller = callerOf('admin');

  const start = (delayMilliseconds: number) => {
    clock = new FakeClock();
    events = [];
    const { accountId, region } = caller;
    const trail = new Trail({
      clock,
      random: new Random(1),
      accountId,
      region,
      delayMilliseconds,
      emit: (event) => events.push(event),
    });
    service = new DataZoneService({
      clock,
      random: new Random(1),
      accountId,
      region,
      unkind: calm,
      onCall: (call) => trail.record(call),
    });
    const domainExecutionRole = `arn:aws:iam::${accountId}:role/execution`;
    domainIdentifier = service.call('CreateDomain', { name: 'd', domainExecutionRole }, caller).id;
    events.length = 0;
  };
  const last = () => events.at(-1)?.detail ?? {};

  it('tells of a call that changed something, by ids, with what is sensitive masked', () => {
    start(0);
    const project = service.call(
      'CreateProject',
      { domainIdentifier, name: 'North', description: 'secret plans' },
      caller,
    );

    const [event] = events;
    const { requestParameters, responseElements, ...detail } = last();
    assert.equal(event?.source, 'aws.datazone');
    assert.equal(event?.['detail-type'], 'AWS API Call via CloudTrail');
    assert.deepEqual(event?.resources, []);
    assert.equal(detail.eventSource, 'datazone.amazonaws.com');
    assert.equal(detail.eventName, 'CreateProject');
    assert.equal(detail.readOnly, false);
    assert.deepEqual(requestParameters, { domainIdentifier, name: HIDDEN, description: HIDDEN });
    const { id, domainId, name } = responseElements as Record<string, unknown>;
    assert.deepEqual({ id, domainId, name }, { id: project.id, domainId: domainIdentifier, name: HIDDEN });
  });

  it('tells of reads without their answers, and of calls that failed with the error', () => {
    start(0);
    service.call('ListProjects', { domainIdentifier }, caller);
    const { eventName, readOnly, responseElements } = last();
    assert.throws(() => service.call('DeleteAsset', { domainIdentifier, identifier: 'none' }, caller));
    const { errorCode, eventName: failed } = last();

    assert.deepEqual([eventName, readOnly, responseElements], ['ListProjects', true, null]);
    assert.deepEqual([failed, errorCode], ['DeleteAsset', 'ResourceNotFoundException']);
  });

  it('is late by what each call draws, so that events come in another order than calls', async () => {
    start(10_000);
    const names = Array.from({ length: 20 }, (_, n) => `P${n}`);
    const ids = names.map((name) => service.call('CreateProject', { domainIdentifier, name }, caller).id);
    const atOnce = events.length;
    for (let second = 0; second <= 10; second++) {
      clock.advance(1000);
      await new Promise(setImmediate);
    }

    const heard = events
      .filter(({ detail }) => detail.eventName === 'CreateProject')
      .map(({ detail }) => (detail.responseElements as { id: string }).id);
    assert.equal(atOnce, 0);
    assert.notDeepEqual(heard, ids);
    assert.deepEqual([...heard].sort(), [...ids].sort());
  });
});
