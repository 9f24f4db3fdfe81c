import assert from 'node:assert/strict';
import type { JsonObject, Reading } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { canonical } from '../../../core/catalog/shape';
import { type BothChannels, bothChannels, fixtures, operationsOf } from './fixture';

async function first(kind: string, channels: BothChannels): Promise<Reading> {
  const page = await kindByName(kind).enumerate(bothChannels(kind, channels), '6r0hufjsnx8mkw');
  assert.ok(page.readings[0]);
  return page.readings[0];
}

const read = (kind: string, channels: BothChannels): Promise<Reading> =>
  kindByName(kind).read(bothChannels(kind, channels), 'any');

/** The fixture with a member that AWS has added since, beside the known ones of the item in the page. */
function withNewMember(page: JsonObject, found: JsonObject): JsonObject {
  const [[member, item]] = Object.entries((page.items as JsonObject[])[0] ?? {}) as [[string, JsonObject]];
  return { ...page, items: [{ [member]: { ...item, ...found } }] };
}

describe('a resource read through each channel', () => {
  for (const [kind, channels] of Object.entries(fixtures)) {
    it(`is the same for ${kind} from its page and from its Get`, async () => {
      const [paged, got] = [await first(kind, channels), await read(kind, channels)];

      assert.deepEqual(paged.record, got.record);
      assert.equal(paged.id, got.id);
      assert.equal(paged.scopeId, got.scopeId);
    });

    it(`keeps what AWS adds to ${kind}, and takes it for no change`, async () => {
      const [operation, getOperation] = operationsOf[kind] ?? ['', ''];
      const added = { lineageScore: { value: 0.5 } };
      const grown = {
        page: withNewMember(channels.page, added),
        get: { ...channels.get, ...added },
      };

      const [paged, got] = [await first(kind, grown), await read(kind, grown)];

      assert.deepEqual(paged.record, (await first(kind, channels)).record);
      assert.deepEqual(paged.facets[`${operation}.unknown`], added);
      assert.deepEqual(got.record, paged.record);
      assert.deepEqual(got.facets[`${getOperation}.unknown`], added);
    });

    it(`makes the canonical record of ${kind} anew without a change`, async () => {
      const { record } = await read(kind, channels);

      assert.deepEqual(canonical(record, kindByName(kind).shape), record);
    });
  }

  it('keeps what AWS adds inside a form, by the name of the form', async () => {
    const { page, get } = fixtures.asset ?? assert.fail();
    const grown = { page, get: { ...get, formsOutput: [{ formName: 'F', content: '{}', origin: 'AI' }] } };

    const { record, facets } = await read('asset', grown);

    assert.deepEqual(record.formsOutput, [{ formName: 'F', content: '{}' }]);
    assert.deepEqual(facets['GetAsset.unknown'], { 'formsOutput[F].origin': 'AI' });
  });

  it('tells a facet that was read and is empty from one that was not read', async () => {
    const { page, get } = fixtures.asset ?? assert.fail();
    const { listing: _, ...unpublished } = get;

    assert.equal((await read('asset', { page, get: unpublished })).facets.listing, null);
    assert.ok(!('listing' in (await first('asset', { page, get })).facets));
  });
});
