import assert from 'node:assert/strict';
import { type CreateAssetCommandInput, DataZone, type DataZoneClientConfig } from '@aws-sdk/client-datazone';
import { dataZoneClient } from '../../../core/catalog/client';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { Json, Reading } from '../../../core/catalog/kind';
import { isMember, readerProfileId } from '../../../core/catalog/membership';
import { kindByName } from '../../../core/catalog/registry';
import { CursorRefusedError, ResourceAbsentError } from '../../../core/catalog/source';
import type { Clock } from '../../../local/clock';
import { calm, DataZoneService } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { accountId, serveWire, type WireServer } from '../../support/wire-server';

const roleArn = `arn:aws:iam::${accountId}:role/backup`;

/** What the domain of this suite holds; other kinds have suites, and domains, of their own. */
const kinds = [
  'domain',
  'project',
  'glossary',
  'glossaryTerm',
  'formType',
  'assetType',
  'asset',
  'listing',
].map(kindByName);

describe('the catalog over a DataZone domain', () => {
  let server: WireServer;
  let source: DataZoneSource;
  let admin: DataZone;
  let domainIdentifier: string;
  let projectId: string;
  let later = 0;
  /** What a newer service than this code would add to each object of an answer. */
  let addedTomorrow: Record<string, Json> = {};
  const clock: Clock = { now: () => Date.now() + later, sleep: async () => {} };

  const options = (accessKeyId: string): DataZoneClientConfig => ({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });

  before(async () => {
    server = await serveWire(
      new DataZoneService({
        clock,
        random: new Random(1),
        accountId,
        region: 'eu-west-1',
        unkind: { ...calm, cursorLifetimeMilliseconds: 600_000 },
        decorate: (_operation, output) => grown(output, addedTomorrow) as Record<string, unknown>,
      }),
    );
    admin = new DataZone(options('admin'));
    await fill();
    source = new DataZoneSource({ client: dataZoneClient(options('backup')), domainId: domainIdentifier });
  });

  after(() => server.close());

  it('reads every resource the same from its enumeration and live', async () => {
    for (const kind of kinds) {
      const readings = await all(kind.name);
      assert.ok(readings.length > 0, kind.name);
      for (const enumerated of readings) {
        const live = await kind.read(source, enumerated.id);

        assert.deepEqual(enumerated.record, live.record, `${kind.name} ${enumerated.id}`);
        assert.equal(enumerated.scopeId, live.scopeId);
        assert.equal(enumerated.scopeId, kind.scope === 'domain' ? domainIdentifier : projectId);
      }
    }
  });

  it('meets everything once, over all pages', async () => {
    const readings = await all('asset');

    assert.equal(readings.length, 60);
    assert.equal(new Set(readings.map(({ id }) => id)).size, 60);
  });

  it('finds nothing new in what the service knows today', async () => {
    for (const kind of kinds) {
      for (const { facets } of await all(kind.name)) {
        for (const [facet, found] of Object.entries(facets)) {
          if (facet.endsWith('.unknown')) assert.equal(found, null, `${kind.name} ${facet}`);
        }
      }
    }
  });

  it('keeps what a newer service adds, and takes it for no change', async () => {
    for (const kind of kinds) {
      const before = await all(kind.name);
      addedTomorrow = { addedTomorrow: { of: 'AWS' } };
      try {
        const after = await all(kind.name);

        assert.deepEqual(
          after.map(({ record }) => record),
          before.map(({ record }) => record),
        );
        for (const { facets } of after) {
          const kept = Object.entries(facets).flatMap(([name, facet]) =>
            name.endsWith('.unknown') ? Object.entries(facet ?? {}) : [],
          );
          assert.deepEqual(Object.fromEntries(kept).addedTomorrow, { of: 'AWS' }, kind.name);
        }
      } finally {
        addedTomorrow = {};
      }
    }
  });

  it('says that a cursor has expired', async () => {
    const { cursor } = await kindByName('asset').enumerate(source, projectId);
    assert.ok(cursor);

    later += 700_000;

    await assert.rejects(kindByName('asset').enumerate(source, projectId, cursor), CursorRefusedError);
  });

  it('finds terms in columns, and in the annotated member of a custom form', async () => {
    const [first] = await all('asset');
    assert.ok(first);
    const models = new Map((await all('formType')).map(({ id, record }) => [id, record.model]));
    const formModel = (name: string): string => (models.get(name) as { smithy: string }).smithy;

    const terms = kindByName('asset')
      .references(first.record, { formModel })
      .filter(({ kind }) => kind === 'glossaryTerm')
      .map(({ path }) => path);

    assert.deepEqual(terms, [
      'glossaryTerms[0]',
      'formsOutput[0].content{form}.columnsBusinessMetadata[0].glossaryTerms[0]',
      'formsOutput[1].content{form}.class[0]',
    ]);
  });

  it('tells whether the reader is a member of a project', async () => {
    const profileId = (await readerProfileId(source, roleArn)) ?? assert.fail();

    assert.equal(await isMember(source, projectId, profileId), true);
    assert.equal(await isMember(source, projectId, 'somebody-else'), false);
    assert.equal(await readerProfileId(source, `${roleArn}-other`), undefined);
  });

  it('takes an unpublished listing for absent', async () => {
    const [listing] = await all('listing');
    assert.ok(listing);
    const entityIdentifier = String(listing.record.entityId);

    await admin.createListingChangeSet({
      domainIdentifier,
      entityIdentifier,
      entityType: 'ASSET',
      action: 'UNPUBLISH',
    });

    assert.deepEqual(await all('listing'), []);
    await assert.rejects(kindByName('listing').read(source, listing.id), ResourceAbsentError);
  });

  async function all(name: string): Promise<Reading[]> {
    const kind = kindByName(name);
    const readings: Reading[] = [];
    let cursor: string | undefined;
    let total: number | undefined;
    do {
      const page = await kind.enumerate(
        source,
        kind.scope === 'domain' ? domainIdentifier : projectId,
        cursor,
      );
      readings.push(...page.readings);
      for (const { id, scopeId } of page.listed ?? []) readings.push(await kind.read(source, id, scopeId));
      ({ cursor, total } = page);
    } while (cursor !== undefined);
    assert.ok(total === undefined || total === readings.length, `${name}: ${readings.length} of ${total}`);
    return readings;
  }

  /** A domain with one project, and at least one resource of each of its kinds. */
  async function fill(): Promise<void> {
    const role = `arn:aws:iam::${accountId}:role/execution`;
    const domain = await admin.createDomain({
      name: 'governance',
      domainExecutionRole: role,
      tags: { team: 'data' },
    });
    domainIdentifier = domain.id ?? assert.fail();
    const project = await admin.createProject({ domainIdentifier, name: 'sales' });
    const owningProjectIdentifier = project.id ?? assert.fail();
    projectId = owningProjectIdentifier;
    await admin.createUserProfile({ domainIdentifier, userIdentifier: roleArn, userType: 'IAM_ROLE' });
    await admin.createProjectMembership({
      domainIdentifier,
      projectIdentifier: projectId,
      member: { userIdentifier: roleArn },
      designation: 'PROJECT_CONTRIBUTOR',
    });
    const owned = { domainIdentifier, owningProjectIdentifier };
    const { id: glossaryIdentifier } = await admin.createGlossary({
      ...owned,
      name: 'Class',
      status: 'ENABLED',
    });
    const term = async (name: string, isA?: string[]): Promise<string> => {
      const { id } = await admin.createGlossaryTerm({
        domainIdentifier,
        glossaryIdentifier,
        name,
        status: 'ENABLED',
        ...(isA && { termRelations: { isA } }),
      });
      return id ?? assert.fail();
    };
    const open = await term('Open');
    const secret = await term('Secret', [open]);
    const smithy = `@length(min:1, max:1)\nlist ClassList {member: String}\nstructure Governance {\n@amazon.datazone#glossaryterm("${glossaryIdentifier}")\nclass: ClassList,\nnote: String\n}`;
    await admin.createFormType({ ...owned, name: 'Governance', model: { smithy }, status: 'ENABLED' });
    const form = { typeIdentifier: 'Governance', typeRevision: '1' };
    await admin.createAssetType({
      ...owned,
      name: 'Report',
      formsInput: { Governance: { ...form, required: false } },
    });
    const assetOf = (n: number): CreateAssetCommandInput => ({
      ...owned,
      name: `report ${n}`,
      typeIdentifier: 'Report',
      externalIdentifier: `report:${n}`,
      glossaryTerms: [secret],
      formsInput: [
        { formName: 'Governance', ...form, content: JSON.stringify({ class: [open], note: secret }) },
        {
          formName: 'ColumnBusinessMetadataForm',
          typeIdentifier: 'amazon.datazone.ColumnBusinessMetadataFormType',
          content: JSON.stringify({
            columnsBusinessMetadata: [{ columnIdentifier: 'a', glossaryTerms: [open] }],
          }),
        },
      ],
    });
    for (let n = 0; n < 59; n++) await admin.createAsset(assetOf(n));
    const { id: entityIdentifier } = await admin.createAsset(assetOf(59));
    await admin.createListingChangeSet({
      domainIdentifier,
      entityIdentifier,
      entityType: 'ASSET',
      action: 'PUBLISH',
    });
  }
});

/** The value with more members in every object that has an id of some kind. */
function grown(value: unknown, members: Record<string, Json>): unknown {
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => grown(item, members));
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, grown(item, members)]));
  const isResource = ['id', 'identifier', 'listingId', 'domainId'].some((member) => member in inner);
  return isResource ? { ...inner, ...members } : inner;
}
