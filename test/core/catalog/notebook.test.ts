import assert from 'node:assert/strict';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject } from '../../../core/catalog/kind';
import { notebook } from '../../../core/catalog/notebook';
import { Fixture } from '../../local/datazone/fixture';
import { allOf, listedBy } from './enumerated';
import { domainId, ScriptedSource } from './fixture';

const found: JsonObject = {
  id: 'n1',
  domainId,
  owningProjectId: 'p1',
  name: 'Exploration',
  status: 'ACTIVE',
  cellOrder: [{ cellId: 'b' }, { cellId: 'a' }],
  parameters: { month: '2026-01', apiToken: 'hunter2' },
  updatedAt: 1714000500.5,
};

const read = (answer: JsonObject) => notebook.read(new ScriptedSource({ GetNotebook: () => answer }), 'n1');

describe('a notebook', () => {
  it('is no other because somebody opens it or runs it', async () => {
    const lock = { lockedBy: 'someone', lockedAt: 1714000600, lockExpiresAt: 1714000900 };

    const opened = await read({ ...found, ...lock, computeId: 'c', error: { message: 'no compute' } });

    assert.deepEqual(opened, await read(found));
    assert.equal(opened.changedAt, 1714000500500);
  });

  it('keeps the order of its cells, of which the SDK shows nothing', async () => {
    assert.deepEqual((await read(found)).record.cellOrder, [{ cellId: 'b' }, { cellId: 'a' }]);
  });

  it('keeps its parameters, but for what is called a secret', async () => {
    const { parameters } = (await read(found)).record;

    assert.equal((parameters as JsonObject).month, '2026-01');
    assert.ok(!JSON.stringify(parameters).includes('hunter2'));
  });

  it('is asked for as the list gives it, and where it is archived', async () => {
    const pages: Readonly<Record<string, JsonObject>> = {
      undefined: { items: [{ id: 'n1', status: 'ACTIVE', updatedAt: 1 }], nextToken: 'two' },
      two: { items: [{ id: 'n2', status: 'SYNC_FAILED', updatedAt: 2 }], nextToken: '' },
      ARCHIVED: { items: [{ id: 'n3', status: 'ARCHIVED', updatedAt: 3, name: 'old' }] },
    };
    const source = new ScriptedSource({
      ListNotebooks: ({ status, nextToken }) => pages[String(status ?? nextToken)] ?? assert.fail(),
    });

    const listed = await listedBy(notebook, source, 'p1');

    assert.deepEqual(listed, [
      { id: 'n1', scopeId: 'p1', summary: { status: 'ACTIVE', updatedAt: 1 } },
      { id: 'n2', scopeId: 'p1', summary: { status: 'SYNC_FAILED', updatedAt: 2 } },
      { id: 'n3', scopeId: 'p1', summary: { status: 'ARCHIVED', updatedAt: 3 } },
    ]);
    assert.ok(source.asked.every(({ input }) => input.owningProjectIdentifier === 'p1'));
  });
});

describe('the notebooks of a domain over the wire', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await new Fixture().start();
  });
  after(() => fixture.stop());

  it('are all met once and whole, archived ones among them', async () => {
    const domainIdentifier = fixture.domain('V2');
    const owningProjectIdentifier = fixture.project(domainIdentifier);
    const owner = { domainIdentifier, owningProjectIdentifier };
    const archived = new Set<string>();
    for (let n = 0; n < 110; n++) {
      const { id } = fixture.call('CreateNotebook', { ...owner, name: `n${n}`, metadata: { n: String(n) } });
      if (n % 2 === 0) continue;
      fixture.call('UpdateNotebook', { domainIdentifier, identifier: id, status: 'ARCHIVED' });
      archived.add(id);
    }
    const source = new DataZoneSource({ client: fixture.client(), domainId: domainIdentifier });

    const readings = await allOf(notebook, source, owningProjectIdentifier);

    assert.equal(readings.length, 110);
    assert.equal(new Set(readings.map(({ id }) => id)).size, 110);
    for (const { id, record, facets, scopeId } of readings) {
      assert.equal(record.status, archived.has(id) ? 'ARCHIVED' : 'ACTIVE');
      assert.deepEqual([facets, scopeId], [{ 'GetNotebook.unknown': null }, owningProjectIdentifier]);
    }
    assert.deepEqual(readings[0]?.record.metadata, { n: '0' });
  });
});
