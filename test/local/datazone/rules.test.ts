import assert from 'node:assert/strict';
import type { CreateRuleCommandInput, DataZone, ListRulesCommandInput } from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('Rules of the local DataZone', () => {
  let fixture: Fixture;
  let client: DataZone;
  let domainIdentifier: string;
  let root: string;
  let below: string;

  beforeEach(async () => {
    fixture = await new Fixture().start();
    client = fixture.client();
    domainIdentifier = fixture.domain();
    root = `${fixture.call('GetDomain', { identifier: domainIdentifier }).rootDomainUnitId}`;
    const retail = { domainIdentifier, name: 'Retail', parentDomainUnitIdentifier: root };
    below = fixture.call('CreateDomainUnit', retail).id;
  });
  afterEach(() => fixture.stop());

  const form = { typeIdentifier: 'amazon.datazone.GlueTableFormType', typeRevision: '1' };
  const create = (changes: Partial<CreateRuleCommandInput> = {}) =>
    client.createRule({
      domainIdentifier,
      name: 'Forms first',
      action: 'CREATE_LISTING_CHANGE_SET',
      target: { domainUnitTarget: { domainUnitId: root, includeChildDomainUnits: true } },
      scope: { project: { selectionMode: 'ALL' } },
      detail: { metadataFormEnforcementDetail: { requiredMetadataForms: [form] } },
      ...changes,
    });
  const listed = async (changes: Partial<ListRulesCommandInput> = {}) => {
    const input = { domainIdentifier, targetType: 'DOMAIN_UNIT', targetIdentifier: root } as const;
    const { items = [] } = await client.listRules({ ...input, ...changes });
    return items.map(({ identifier }) => identifier);
  };

  it('count their revisions, and keep each', async () => {
    const created = await create();
    const { identifier } = created;
    fixture.clock.advance(60_000);
    const updated = await client.updateRule({
      domainIdentifier,
      identifier,
      description: 'stricter',
      includeChildDomainUnits: false,
    });

    const now = await client.getRule({ domainIdentifier, identifier });
    const before = await client.getRule({ domainIdentifier, identifier, revision: '1' });
    assert.equal(created.ruleType, 'METADATA_FORM_ENFORCEMENT');
    assert.deepEqual([updated.revision, now.revision, now.description], ['2', '2', 'stricter']);
    assert.equal(now.target?.domainUnitTarget?.includeChildDomainUnits, false);
    assert.equal(before.target?.domainUnitTarget?.includeChildDomainUnits, true);
    assert.equal(Number(now.updatedAt) - Number(now.createdAt), 60_000);
  });

  it('are listed where they were made, and further down where that is asked', async () => {
    const { identifier } = await create();
    const other = await create({ name: 'Retail', target: { domainUnitTarget: { domainUnitId: below } } });

    assert.deepEqual(await listed(), [identifier]);
    assert.deepEqual(await listed({ targetIdentifier: below }), [other.identifier]);
    assert.deepEqual(await listed({ targetIdentifier: below, includeCascaded: true }), [
      identifier,
      other.identifier,
    ]);
    await assert.rejects(listed({ maxResults: 24 }), { name: 'ValidationException' });
    await assert.rejects(listed({ targetIdentifier: 'nowhere' }), { name: 'ResourceNotFoundException' });
  });

  it('are listed without what they demand', async () => {
    await create();
    const input = { domainIdentifier, targetType: 'DOMAIN_UNIT', targetIdentifier: root } as const;
    const { items: [item] = [] } = await client.listRules(input);

    assert.deepEqual([item?.revision, item?.name], ['1', 'Forms first']);
    assert.ok(item && !('detail' in item) && !('description' in item) && !('createdAt' in item));
  });

  it('are listed by what they are about', async () => {
    const project = fixture.project(domainIdentifier);
    const { identifier } = await create({
      scope: { project: { selectionMode: 'SPECIFIC', specificProjects: [project] }, dataProduct: true },
    });

    assert.deepEqual(await listed({ projectIds: [project], dataProduct: true }), [identifier]);
    assert.deepEqual(await listed({ projectIds: ['another'] }), []);
    assert.deepEqual(await listed({ action: 'CREATE_SUBSCRIPTION_REQUEST' }), []);
    assert.deepEqual(await listed({ ruleType: 'GLOSSARY_TERM_ENFORCEMENT' }), []);
  });

  it('name only what is there, and are gone when deleted', async () => {
    const glossaryTermEnforcementDetail = { requiredGlossaryTermIds: ['nothing'] };
    await assert.rejects(create({ detail: { glossaryTermEnforcementDetail } }), {
      name: 'ResourceNotFoundException',
    });
    const { identifier } = await create();
    const { $metadata } = await client.deleteRule({ domainIdentifier, identifier });

    assert.equal($metadata.httpStatusCode, 204);
    await assert.rejects(client.getRule({ domainIdentifier, identifier }), {
      name: 'ResourceNotFoundException',
    });
  });
});

describe('The data export of the local DataZone', () => {
  let fixture: Fixture;
  let client: DataZone;

  before(async () => {
    fixture = await new Fixture().start();
    client = fixture.client();
  });
  after(() => fixture.stop());

  it('is unknown until it is set, kept while it is off, and for one domain alone', async () => {
    const domainIdentifier = fixture.domain();
    const get = () => client.getDataExportConfiguration({ domainIdentifier });
    const absent = { name: 'ResourceNotFoundException' };
    await assert.rejects(get(), absent);

    await client.putDataExportConfiguration({ domainIdentifier, enableExport: true });
    const { isExportEnabled, status, s3TableBucketArn, encryptionConfiguration } = await get();
    assert.deepEqual([isExportEnabled, status], [true, 'COMPLETED']);
    assert.match(s3TableBucketArn ?? '', /aws-sagemaker-catalog$/);
    assert.deepEqual(encryptionConfiguration, { sseAlgorithm: 'AES256' });
    const other = { domainIdentifier: fixture.domain(), enableExport: true };
    await assert.rejects(client.putDataExportConfiguration(other), { name: 'ConflictException' });

    await client.putDataExportConfiguration({ domainIdentifier, enableExport: false });
    assert.equal((await get()).isExportEnabled, false);
    await client.putDataExportConfiguration(other);
    await client.deleteDataExportConfiguration({ domainIdentifier });
    await assert.rejects(get(), absent);
  });
});
