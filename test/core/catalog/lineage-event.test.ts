import assert from 'node:assert/strict';
import type { JsonObject, Page } from '../../../core/catalog/kind';
import { lineageEvent } from '../../../core/catalog/lineage-event';
import { domainId, ScriptedSource } from './fixture';

const referencesOf = (event: string) =>
  lineageEvent
    .references({ id: 'e', domainId, event }, { formModel: () => undefined })
    .map(({ kind, id, path }) => `${kind} ${id} ${path}`);

describe('a lineage event', () => {
  it('is listed oldest first, whatever became of it, until an empty cursor', async () => {
    const statuses = ['SUCCESS', 'FAILED', 'PROCESSING'];
    const source = new ScriptedSource({
      ListLineageEvents: ({ nextToken }) => {
        const n = Number(nextToken ?? 0);
        return {
          items: [
            {
              id: `e${n}`,
              domainId,
              createdAt: 5.25,
              processingStatus: statuses[n] ?? '',
              eventSummary: { openLineageRunEventSummary: { runId: 'r' } },
            },
          ],
          nextToken: n < 2 ? String(n + 1) : '',
        };
      },
    });

    const pages: Page[] = [];
    do pages.push(await lineageEvent.enumerate(source, domainId, pages.at(-1)?.cursor));
    while (pages.at(-1)?.cursor !== undefined);

    assert.deepEqual(source.asked[0]?.input, { sortOrder: 'ASCENDING', maxResults: 50 });
    assert.deepEqual(
      pages.flatMap(({ listed }) => listed),
      statuses.map((processingStatus, n) => ({
        id: `e${n}`,
        scopeId: domainId,
        summary: { createdAt: 5.25, processingStatus },
      })),
    );
  });

  it('does not change with its processing', async () => {
    const read = (processingStatus: string) => {
      const answer: JsonObject = { id: 'e', domainId, event: '{}', createdAt: 5, processingStatus };
      return lineageEvent.read(new ScriptedSource({ GetLineageEvent: () => answer }), 'e');
    };

    const [before, after] = [await read('PROCESSING'), await read('SUCCESS')];

    assert.deepEqual(after.record, before.record);
    assert.deepEqual(
      [before, after].map(({ facets }) => facets.processingStatus),
      ['PROCESSING', 'SUCCESS'],
    );
  });
});

describe('the references of a lineage event', () => {
  it('are ids by the names of their members, as people write them, and the domain wherever it stands', () => {
    const event = {
      job: { namespace: `datazone://${domainId}/curate`, name: 'a1' },
      run: { facets: { origin: { owningProjectId: 'p1', 'data-product-id': 'd1' } } },
      inputs: [
        { name: 'orders' },
        { facets: { datazone: { asset_identifiers: 'no', asset_identifier: 'a1' } } },
      ],
      outputs: [{ facets: { datazone: { assetId: ['a2', 'a3'] } } }],
    };

    assert.deepEqual(referencesOf(JSON.stringify(event)), [
      `domain ${domainId} event{json}.job.namespace`,
      'project p1 event{json}.run.facets.origin.owningProjectId',
      'dataProduct d1 event{json}.run.facets.origin.data-product-id',
      'asset a1 event{json}.inputs[1].facets.datazone.asset_identifier',
      'asset a2 event{json}.outputs[0].facets.datazone.assetId[0]',
      'asset a3 event{json}.outputs[0].facets.datazone.assetId[1]',
    ]);
  });

  it('are none to what another catalog calls an asset', () => {
    assert.deepEqual(
      referencesOf(JSON.stringify({ assetId: 'urn:li:dataset:(x)', domainId: 'dzd_other' })),
      [],
    );
    assert.deepEqual(referencesOf(JSON.stringify({ assetId: 7, projectId: null })), []);
  });

  it('are none in what is no JSON, and found however deep it is', () => {
    const deep = 20_000;

    assert.deepEqual(referencesOf('{'), []);
    const [found] = referencesOf(`${'['.repeat(deep)}{"assetId":"a1"}${']'.repeat(deep)}`);
    assert.match(found ?? '', /^asset a1 event\{json\}(\[0\])+\.assetId$/);
  });
});
