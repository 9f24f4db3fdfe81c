import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Kind } from '../../../core/catalog/kind';
import { compareVault } from '../../../local/compare/compare-vault';
import { kindTable } from '../../docs/kind-tables';
import { root } from '../../docs/pages';
import { committed, randomBench } from '../backup/random-bench';

/** A kind as somebody might write it: the tags of a domain, one by one. */
const file = `
import { isObject } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { structure, values } from './shape';
import { type DomainSource, ResourceAbsentError } from './source';

async function tags(source: DomainSource): Promise<Reading[]> {
  const found = (await source.call('GetDomain', { identifier: source.domainId })).tags;
  const entries: JsonObject = isObject(found ?? null) ? (found as JsonObject) : {};
  return Object.entries(entries).map(([key, value]) => ({
    id: key,
    scopeId: source.domainId,
    record: { key, value },
    facets: {},
  }));
}

/** A tag of the domain. */
export const domainTag: Kind = {
  name: 'domainTag',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDomain', 'datazone:GetDomainTags'],
  shape: structure(values('key', 'value')),
  channels: [{ operation: 'GetDomain' }],
  events: [],
  calls: [],
  restoredBy: 'TagResource',
  indexed: false,
  enumerate: async (source) => ({ readings: await tags(source) }),
  read: async (source, id) => {
    const found = (await tags(source)).find((tag) => tag.id === id);
    if (found === undefined) throw new ResourceAbsentError(id);
    return found;
  },
  columns: (record) => ({ TagKey: String(record.key) }),
  references: () => [],
};
`;

interface Registry {
  readonly kinds: readonly Kind[];
  readonly kindByName: (name: string) => Kind;
  readonly readActions: (version: 'V1' | 'V2') => string[];
}

describe('a new kind', () => {
  let copy: string;
  let registry: Registry;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'new-kind-'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    cpSync(join(root, 'core'), join(copy, 'core'), { recursive: true });
    writeFileSync(join(copy, 'core/catalog/domain-tag.ts'), file);
    const path = join(copy, 'core/catalog/registry.ts');
    const text = readFileSync(path, 'utf8');
    const grown = text.replace(/^( {2}domain,)$/m, '$1 domainTag,');
    assert.notEqual(grown, text);
    writeFileSync(path, `import { domainTag } from './domain-tag';\n${grown}`);
    registry = require(path) as Registry;
  });

  after(() => rmSync(copy, { recursive: true }));

  it('is found by its name once its file and its line in the registry are there', () => {
    assert.equal(registry.kindByName('domainTag').name, 'domainTag');
  });

  it('is granted what it reads by', () => {
    assert.ok(registry.readActions('V1').includes('datazone:GetDomainTags'));
  });

  it('is in the table of kinds', () => {
    const table = kindTable(registry.kinds, relative(root, join(copy, 'core/catalog')));

    assert.match(
      table,
      /\| `domainTag` \| A tag of the domain\. \| V1, V2 \| domain \| `GetDomain`, `GetDomainTags` \|/,
    );
  });

  it('is captured, and compared with the domain', async () => {
    const { bench } = await randomBench({ seed: 1, kinds: registry.kinds });
    const { status, cutAt, kinds } = await committed(bench);

    const compare = () =>
      compareVault(bench.adminClient(), bench.vault(), cutAt, bench.projectIds, registry.kinds);
    const { compared, differences } = await compare();
    assert.deepEqual([status, differences], ['COMPLETE', []]);
    assert.equal(compared.domainTag, kinds.domainTag?.count);
    assert.ok((compared.domainTag ?? 0) > 0);

    const domain = bench.service.call('GetDomain', { identifier: bench.domainId }, bench.caller);
    const tags = { later: 'yes' };
    bench.service.call('TagResource', { resourceArn: domain.arn ?? '', tags }, bench.caller);
    assert.ok((await compare()).differences.includes('domainTag later is only in the domain'));
  });
});
