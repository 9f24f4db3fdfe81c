import assert from 'node:assert/strict';
import type { Json, JsonObject, Reading } from '../../../core/catalog/kind';
import { kindByName, kinds } from '../../../core/catalog/registry';
import { operations, type Shape, type Structure } from '../../../local/datazone/schema';
import { type BothChannels, bothChannels, domainId, fixtures, operationsOf, ScriptedSource } from './fixture';

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

      assert.deepEqual(kindByName(kind).renormalise(record), record);
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

/**
 * Every member that the SDK knows in an answer is placed by the kind: compared, a facet, or left out with a
 * reason. A member that a newer SDK adds fails here until somebody decides.
 */
describe('the members of each answer', () => {
  for (const kind of kinds) {
    for (const operation of kind.actions.map((action) => action.slice('datazone:'.length))) {
      if (operation === 'ListProjects') continue;
      it(`are all placed by ${kind.name} for ${operation}`, async () => {
        const source = new ScriptedSource({ [operation]: () => fullAnswer(operation, kind.name) });
        const paged = operation.startsWith('Search');

        const readings = paged
          ? (await kind.enumerate(source, domainId)).readings
          : [await kind.read(source, 'any')];

        assert.equal(readings.length, 1);
        for (const { facets } of readings) assert.equal(facets[`${operation}.unknown`], null);
      });
    }
  }

  /** An answer with every member that the SDK's schema has; each string is its member's name. */
  function fullAnswer(operation: string, kind: string): JsonObject {
    const schema = operations.get(operation)?.output;
    assert.ok(schema);
    const { nextToken: _, ...answer } = sample(schema, schema.name, kind) as Record<string, Json>;
    return answer;
  }

  function sample(shape: Shape, name: string, kind: string): Json {
    switch (shape.kind) {
      case 'structure':
        return Object.fromEntries(shape.members.map((m) => [m.name, sample(m.shape, m.name, kind)]));
      case 'union': {
        const chosen = unionMember(shape.members, kind);
        return { [chosen.name]: sample(chosen.shape, chosen.name, kind) };
      }
      case 'list':
        return [sample(shape.of, name, kind)];
      case 'map':
        return { key: sample(shape.of, name, kind) };
      case 'timestamp':
        return shape.format === 'iso' ? '2024-05-06T07:08:09.000Z' : 1714979289;
      case 'number':
        return 1;
      case 'boolean':
        return true;
      default:
        return name;
    }
  }

  function unionMember(members: Structure['members'], kind: string): Structure['members'][number] {
    const found = members.find(({ name }) => [`${kind}Item`, 'assetListing'].includes(name)) ?? members[0];
    assert.ok(found);
    return found;
  }
});
