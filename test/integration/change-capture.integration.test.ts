import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/program';
import { openQueue } from '../../cli/queues';
import { ChangeBench } from '../support/change-bench';

describe('change capture, on the program as it is deployed', function () {
  this.timeout(120_000);
  let bench: ChangeBench;
  const environment = { ...process.env };

  before(async () => {
    bench = await ChangeBench.start({
      assetsPerProject: 12,
      cloud: {
        config: {
          maxConcurrency: 2,
          changeCaptureBatchSeconds: 1,
          changeCaptureConcurrency: 2,
          changeCaptureMaxReceives: 2,
        },
      },
    });
    const { endpoint, credentials, outputs } = bench.cloud;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: outputs.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
  });

  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    await bench?.close();
  });

  /** The tool as people run it, told of the stack by its outputs. */
  async function dzr(...args: string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    const file = join(folder, 'outputs.json');
    writeFileSync(file, JSON.stringify(bench.cloud.outputs));
    let said = '';
    const say = (text: string) => {
      said += `${text}\n`;
    };
    const code = await run(['--outputs', file, ...args], {
      open: () => assert.fail('a vault is opened'),
      openTarget: () => assert.fail('a domain is opened'),
      openDataZone: () => assert.fail('DataZone is opened'),
      openQueue,
      out: say,
      err: say,
    });
    rmSync(folder, { recursive: true });
    return { code, said };
  }

  async function inBothRegions() {
    return (await bench.compare()).map(({ differences }) => differences);
  }

  it('brings what people do into both Regions within seconds, with no schedule', async () => {
    const edits = await bench.make(60, 3_000);
    const isSettled = await bench.settled(40_000);

    assert.ok(isSettled);
    assert.deepEqual(bench.cloud.rules.failures, []);
    assert.deepEqual(bench.deadLetters(), []);
    assert.deepEqual(await inBothRegions(), [[], []]);
    assert.ok((await bench.latencies(edits)).captured > 0);
  });

  it('keeps what can not be captured as dead letters with the reason, delays nothing by it, and replays it', async () => {
    const { datazone, administrator, outputs, policies, sqs } = bench.cloud;
    const { domainId } = outputs;
    const answered = bench.batches().length;
    const mend = policies.withoutAction(bench.workersRoleArn, 'datazone:GetDomainUnit');

    // All at once, so that one worker is given them together.
    sqs.at(String(outputs.changeQueueUrl)).send({ body: 'this is no event', senderId: 'somebody' });
    const { rootDomainUnitId = '' } = datazone.call('GetDomain', { identifier: domainId }, administrator);
    datazone.call(
      'CreateDomainUnit',
      { domainIdentifier: domainId, name: 'Trade', parentDomainUnitIdentifier: rootDomainUnitId },
      administrator,
    );
    const edits = bench.makeAssets(6);
    assert.ok(await bench.settled(40_000));
    const batches = bench.batches().slice(answered);
    const { captured, maxMs } = await bench.latencies(edits);
    const { code, said } = await dzr('doctor');
    const { deadLetters } = JSON.parse((await dzr('--json', 'doctor')).said) as {
      deadLetters: { what: string; at: string; errorMessage: string }[];
    };

    const noEvent = /the message is not JSON/;
    const denied = /not authorized to perform: datazone:GetDomainUnit /;
    const reasons = Object.fromEntries(deadLetters.map(({ what, errorMessage }) => [what, errorMessage]));
    // Of the unit, DataZone told and the trail.
    assert.deepEqual(Object.keys(reasons).sort(), ['CreateDomainUnit', 'Domain Unit Created', 'no event']);
    assert.match(reasons['no event'] ?? '', noEvent);
    assert.match(reasons.CreateDomainUnit ?? '', denied);
    assert.match(reasons['Domain Unit Created'] ?? '', denied);
    assert.equal(code, 1);
    assert.match(said, /Domain Unit Created +\S+ +\w+Error: .*perform: datazone:GetDomainUnit /);
    // One worker was given them with the others, of which none was handed out again, nor waited for that.
    assert.ok(batches.some(({ events, receives }) => receives === 1 && events >= 8));
    const again = batches.filter(({ receives }) => receives > 1);
    assert.deepEqual(
      [again.reduce((sum, { events }) => sum + events, 0), Math.max(...again.map((batch) => batch.receives))],
      [deadLetters.length, 2],
    );
    assert.equal(captured, edits.length);
    const last = Math.max(...edits.map(({ at }) => at)) + maxMs;
    for (const { at } of deadLetters) assert.ok(last < Date.parse(at), `${maxMs} ms, ${at}`);

    mend();
    const replayed = await dzr('replay');
    assert.ok(await bench.settled(40_000));

    assert.deepEqual(replayed, { code: 0, said: '3 events replayed, 0 left\n' });
    assert.deepEqual(await inBothRegions(), [[], []]);
    // What nothing mends comes back, with its reason.
    assert.deepEqual(
      bench.deadLetters().map((letter) => [noEvent.test(letter), letter.endsWith(': this is no event')]),
      [[true, true]],
    );
  });
});
