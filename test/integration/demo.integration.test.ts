import assert from 'node:assert/strict';
import { join } from 'node:path';
import { z } from 'zod';
import { blocks } from '../docs/pages';
import { CommandLine } from '../support/command-line';

const counts = z.record(z.string(), z.int().positive());
const resultSchema = z.strictObject({
  flavour: z.enum(['datazone', 'smus']),
  equal: z.boolean(),
  runs: z
    .array(
      z.strictObject({
        status: z.string(),
        resources: counts,
        changed: z.int(),
        deleted: z.int(),
        apiCalls: counts,
        writeUnits: z.int().positive(),
        readUnits: z.int().positive(),
        seconds: z.number().positive(),
        peakRssMb: z.int().positive(),
      }),
    )
    .length(2),
  changeCapture: z.strictObject({
    events: z.int().positive(),
    equal: z.boolean(),
    p50Ms: z.int().positive(),
    p95Ms: z.int().positive(),
    maxMs: z.int().positive(),
  }),
  restore: z.strictObject({
    equal: z.boolean(),
    fromRegion: z.string(),
    actions: counts,
    seconds: z.number().positive(),
  }),
});

describe('npm run demo', () => {
  let results: z.infer<typeof resultSchema>[];
  let exitCode: number | null;
  let told: string;

  before(async function () {
    this.timeout(240_000);
    const demo = CommandLine.start('demo', ['--json']);
    exitCode = await demo.exitCode;
    told = demo.errors;
    results = demo.lines.map((line) => resultSchema.parse(JSON.parse(line)));
  });

  it('ends with one line of JSON for each flavour, and nothing else beside it', () => {
    assert.deepEqual(
      results.map(({ flavour }) => flavour),
      ['datazone', 'smus'],
    );
  });

  it('tells what README says that it tells', () => {
    const shown = told
      .replaceAll(/^\[.*? s\] /gm, '')
      .replaceAll(/ in [\d.]+ s:/g, ':')
      .split('\n');

    const [block] = blocks('text').filter(({ marks }) => marks.includes('demo'));
    const said = block?.text.split('\n') ?? [];

    assert.ok(said.length > 10);
    assert.deepEqual(
      said.filter((line) => !shown.includes(line)),
      [],
    );
  });

  it('ends with 0, for the vault and the domain are equal', () => {
    assert.equal(exitCode, 0);
    assert.ok(results.every(({ equal }) => equal));
  });

  it('restores the lost domain from the other Region, equal, with nothing for a person to decide', () => {
    for (const { restore } of results) {
      assert.deepEqual([restore.equal, restore.fromRegion], [true, 'eu-west-1']);
      assert.ok((restore.actions.create ?? 0) > 100 && (restore.actions.publish ?? 0) > 10);
      assert.equal(restore.actions.conflict, undefined);
    }
  });

  it('has what people edit between two backups in both Regions, within seconds', () => {
    for (const { changeCapture } of results) {
      const { equal, p50Ms, p95Ms, maxMs } = changeCapture;
      assert.ok(equal);
      assert.ok(p50Ms <= p95Ms && p95Ms <= maxMs && maxMs < 30_000, JSON.stringify(changeCapture));
    }
  });

  it('captures every asset in its first run, and writes only what changed in its second', () => {
    for (const { runs } of results) {
      const [first, second] = runs;
      assert.ok(first && second);
      const captured = Object.values(first.resources).reduce((sum, count) => sum + count, 0);
      assert.equal(first.resources.asset, 60);
      assert.deepEqual([first.status, first.changed, first.deleted], ['COMPLETE', captured, 0]);
      // In each of three projects: one asset new and published, one revised, one deleted, and a term reworded.
      assert.equal(second.status, 'COMPLETE');
      assert.ok(second.changed >= 9 && second.changed <= 15, `${second.changed} changed`);
      assert.ok(second.deleted >= 3 && second.deleted <= 6, `${second.deleted} deleted`);
      assert.ok(second.writeUnits < first.writeUnits / 4, `${second.writeUnits} write units`);
    }
  });
});

describe('npm run demo where somebody edits the domain behind the back of the backup', () => {
  it('says what differs, and ends with 1', async function () {
    this.timeout(120_000);
    const behindTheBack = join(__dirname, '../support/edit-behind-the-back.cjs');

    const demo = CommandLine.start(
      'demo',
      ['--flavour', 'datazone', '--json', '--projects', '1', '--assets', '1'],
      { NODE_OPTIONS: `--require ${behindTheBack}` },
    );

    assert.equal(await demo.exitCode, 1);
    const [line = ''] = demo.lines;
    assert.equal(resultSchema.parse(JSON.parse(line)).equal, false);
    assert.match(demo.errors, /glossary \w+ has another content in the domain/);
  });
});
