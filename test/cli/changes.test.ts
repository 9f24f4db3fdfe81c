import assert from 'node:assert/strict';
import { run, type Surroundings } from '../../cli/program';
import { openQueue } from '../../cli/queues';
import { systemClock } from '../../local/clock';
import { queueDefinition } from '../../local/sqs/queue-definition';
import { SqsService } from '../../local/sqs/service';
import { arnOf, captured, urlOf } from '../local/sqs/queues';
import { serveWire, type WireServer } from '../support/wire-server';

const event = (id: string, what = 'Domain Unit Created') =>
  JSON.stringify({ id, 'detail-type': what, source: 'aws.datazone', detail: { metadata: {} } });

describe('dzr doctor and dzr replay', () => {
  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'admin',
    AWS_SECRET_ACCESS_KEY: 'secret',
    CHANGE_QUEUE_URL: urlOf('changes'),
    CHANGE_DEAD_LETTER_QUEUE_URL: urlOf('dead'),
  };
  const environment = { ...process.env };
  let sqs: SqsService;
  let server: WireServer;
  const waiting = (name: string) =>
    sqs
      .queue(arnOf(name))
      .messages()
      .map(({ body }) => body);

  beforeEach(async () => {
    sqs = new SqsService({ clock: systemClock });
    sqs.create(queueDefinition(captured('dead')));
    sqs.create(queueDefinition(captured('changes')));
    server = await serveWire(sqs);
    Object.assign(process.env, variables, { AWS_ENDPOINT_URL: server.url });
  });

  afterEach(async () => {
    for (const name of [...Object.keys(variables), 'AWS_ENDPOINT_URL']) delete process.env[name];
    Object.assign(process.env, environment);
    await server.close();
  });

  async function dzr(...args: string[]) {
    const said = { out: '', err: '' };
    const surroundings: Surroundings = {
      open: () => assert.fail('a vault is opened'),
      openTarget: () => assert.fail('a domain is opened'),
      openDataZone: () => assert.fail('DataZone is opened'),
      openQueue,
      out: (text) => {
        said.out += `${text}\n`;
      },
      err: (text) => {
        said.err += `${text}\n`;
      },
    };
    return { code: await run(args, surroundings), ...said };
  }

  function die(body: string, reason?: { type: string; message: string }): void {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    sqs.queue(arnOf('dead')).send({
      body,
      senderId: 'me',
      ...(reason && { attributes: { ErrorType: text(reason.type), ErrorMessage: text(reason.message) } }),
    });
  }

  it('says that nothing is wrong where nothing is', async () => {
    sqs.queue(arnOf('changes')).send({ body: event('one'), senderId: 'me' });

    const { code, out } = await dzr('doctor');

    assert.equal(code, 0);
    assert.match(out, /queue: 1 event waiting, 0 in work\ndead letters: 0/);
  });

  it('names each dead letter by its event, with its reason, and leaves it where it is', async () => {
    die(event('poison'), { type: 'ResourceDeniedError', message: 'not a member\nof p1' });
    die('no JSON');

    const first = await dzr('doctor');
    const again = await dzr('--json', 'doctor');

    assert.equal(first.code, 1);
    assert.match(first.out, /poison +Domain Unit Created +\S+ +ResourceDeniedError: not a member of p1/);
    assert.match(first.out, /no event +\S+ +no reason was left/);
    const { deadLetters } = JSON.parse(again.out) as { deadLetters: { eventId?: string }[] };
    assert.deepEqual(deadLetters.map(({ eventId }) => eventId).sort(), ['poison', undefined]);
    assert.equal(waiting('dead').length, 2);
  });

  it('puts all dead letters back as they were', async () => {
    const bodies = Array.from({ length: 23 }, (_, n) => event(`event-${n}`));
    for (const body of bodies) die(body, { type: 'Error', message: 'failed' });

    const { code, out } = await dzr('replay');

    assert.equal(code, 0);
    assert.match(out, /23 events replayed, 0 left/);
    assert.deepEqual(waiting('changes').sort(), bodies.sort());
    assert.deepEqual(waiting('dead'), []);
  });

  it('puts only those back that are named, and says which it did not find', async () => {
    for (const id of ['one', 'two']) die(event(id));

    const { code, out } = await dzr('replay', 'two', 'three');
    const none = await dzr('replay', 'four');

    assert.equal(code, 1);
    assert.match(out, /1 event replayed, 1 left\nnot found: three/);
    assert.deepEqual(waiting('changes'), [event('two')]);
    assert.deepEqual(waiting('dead'), [event('one')]);
    assert.equal(none.code, 2);
    assert.match(none.err, /No dead letter is of event four/);
  });

  it('asks for the queues where nothing names them', async () => {
    delete process.env.CHANGE_DEAD_LETTER_QUEUE_URL;

    const { code, err } = await dzr('doctor');

    assert.equal(code, 2);
    assert.match(err, /--dead-letters is missing/);
  });
});
