import assert from 'node:assert/strict';
import { asset } from '../../../core/catalog/asset';
import { assetType } from '../../../core/catalog/asset-type';
import { assetTypeRevision } from '../../../core/catalog/asset-type-revision';
import { attributeMetadata } from '../../../core/catalog/attribute-metadata';
import { dataProduct } from '../../../core/catalog/data-product';
import { formType } from '../../../core/catalog/form-type';
import { formTypeRevision } from '../../../core/catalog/form-type-revision';
import { without } from '../../../core/catalog/json';
import type { JsonObject, Kind } from '../../../core/catalog/kind';
import { type Making, ResourceFailedError, type RestoreTarget } from '../../../core/catalog/restoration';
import { rule } from '../../../core/catalog/rule';
import { InvalidRequestError, ResourceAbsentError } from '../../../core/catalog/source';
import { portable } from '../../../core/restore/portable';
import { BackupBench } from '../../support/in-process-backup';
import { callerOf } from '../../support/wire-server';
import { emptyDomain, restoreArgs } from '../restore/restore-bench';
import { restorationOf } from './restored-by-hand';

describe('restoring an inventory', () => {
  let bench: BackupBench;
  let target: RestoreTarget;
  let calls: string[];
  let owningProjectId: string;

  before(async () => {
    bench = await BackupBench.start({ projects: 1, assets: 1, inMemory: true });
  });

  beforeEach(async () => {
    const inner = restoreArgs(bench, emptyDomain(bench, 'V1')).target;
    calls = [];
    target = {
      domainId: inner.domainId,
      sleep: async () => undefined,
      call: (operation, input) => {
        calls.push(operation);
        return inner.call(operation, input);
      },
    };
    owningProjectId = String((await inner.call('CreateProject', { name: 'owner' })).id);
  });

  const make = (kind: Kind, record: JsonObject): Promise<string> => {
    const { create, late = [], assigned = [] } = restorationOf(kind);
    assert.ok(create);
    return create(target, making(without(record, ...late, ...assigned), record));
  };
  const change = async (kind: Kind, id: string, current: JsonObject, wanted: JsonObject) => {
    await restorationOf(kind).update?.(target, { ...making(wanted), id, current });
  };
  const form = (revision: string, more: JsonObject = {}): JsonObject => ({
    name: 'Owner',
    revision,
    owningProjectId,
    model: { smithy: 'structure Owner { name: String }' },
    status: 'ENABLED',
    ...more,
  });
  const ordersType = (revision: string): JsonObject => ({
    name: 'Orders',
    revision,
    owningProjectId,
    formsOutput: { OwnerForm: { typeName: 'Owner', typeRevision: '1', required: false } },
  });
  const revisions = async (name = 'Owner'): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let revision = 1; ; revision++) {
      const read = formTypeRevision.read(target, `${name}/${revision}`).catch((error: unknown) => {
        if (!(error instanceof ResourceAbsentError)) throw error;
      });
      const { record } = (await read) ?? {};
      if (record === undefined) return found;
      found.push(record.description);
    }
  };

  describe('of types', () => {
    it('gives a revision its number, though the vault has none before it', async () => {
      await make(formTypeRevision, form('2', { description: 'second' }));
      await make(formType, form('4', { description: 'fourth' }));

      assert.deepEqual(await revisions(), ['second', 'second', 'fourth', 'fourth']);
    });

    it('makes a revision though it holds what the one before it held', async () => {
      await make(formType, form('1'));
      await make(assetTypeRevision, ordersType('1'));
      await make(assetType, ordersType('2'));

      assert.equal((await assetType.read(target, 'Orders')).record.revision, '2');
    });

    it('makes nothing twice, though it is asked again', async () => {
      for (const _ of ['answer lost', 'again']) {
        assert.equal(await make(formTypeRevision, form('1')), 'Owner/1');
        assert.equal(await make(formTypeRevision, form('2', { description: 'second' })), 'Owner/2');
      }
      await make(formType, form('3'));
      await make(formType, form('3'));

      assert.deepEqual(await revisions(), [undefined, 'second', undefined]);
    });

    it('refuses a revision whose number has gone to another content', async () => {
      await make(formType, form('2', { description: 'other' }));

      await assert.rejects(make(formTypeRevision, form('1')), InvalidRequestError);
      assert.equal((await revisions()).length, 2);
    });

    it('goes back to what a type was by a further revision', async () => {
      await make(formType, form('3', { description: 'now' }));
      await change(formType, 'Owner', form('3', { description: 'now' }), form('1', { description: 'then' }));

      assert.deepEqual(await revisions(), ['now', 'now', 'now', 'then']);
    });

    it('disables a form type after all that uses it, by the revision that did so', async () => {
      const disabled = form('2', { status: 'DISABLED' });
      await make(formTypeRevision, form('1'));
      await make(formType, disabled);
      await make(assetType, ordersType('1'));
      await change(formType, 'Owner', form('1'), disabled);

      const { status, revision } = (await formType.read(target, 'Owner')).record;
      assert.deepEqual([status, revision], ['DISABLED', '2']);
    });

    it('tells how far each is, but not of those that AWS moves on', () => {
      const { revision } = restorationOf(formType);

      assert.equal(revision?.(form('12')), 12);
      assert.equal(revision?.(form('12', { status: 'DISABLED' })), 11);
      assert.equal(revision?.(form('3', { name: 'amazon.datazone.GlueTableFormType' })), 0);
    });
  });

  it('governs an asset by as many terms as there are, those that go first, five a call', async () => {
    const id = await makeAsset();
    const terms = await governingTerms(24);
    await change(asset, id, {}, { governedGlossaryTerms: terms.slice(0, 12) });
    calls.length = 0;
    await change(
      asset,
      id,
      { governedGlossaryTerms: terms.slice(0, 12) },
      { governedGlossaryTerms: terms.slice(11, 24) },
    );

    const { governedGlossaryTerms } = (await asset.read(target, id)).record;
    assert.deepEqual(governedGlossaryTerms, [...terms.slice(11, 24)].sort());
    assert.deepEqual(calls.slice(0, 6), [
      ...Array(3).fill('DisassociateGovernedTerms'),
      ...Array(3).fill('AssociateGovernedTerms'),
    ]);
  });

  it('makes no revision of an asset whose terms alone have changed', async () => {
    const id = await makeAsset();
    const { record } = await asset.read(target, id);
    await change(asset, id, record, { ...record, governedGlossaryTerms: await governingTerms(1) });

    assert.ok(!calls.includes('CreateAssetRevision'));
  });

  it('says so where an attribute is refused in an answer that looks well', async () => {
    const assetId = await makeAsset();
    const metadata = { assetId, attributeIdentifier: 'no such column' };

    await assert.rejects(make(attributeMetadata, metadata), InvalidRequestError);
    const throttled = answering({ errors: [{ attributeIdentifier: 'a', code: 'THROTTLED', message: '' }] });
    const { create } = restorationOf(attributeMetadata);
    await assert.rejects(async () => create?.(throttled, making({ ...metadata, attributeIdentifier: 'a' })), {
      name: 'RetryableError',
    });
  });

  it('takes an asset into a data product as it is, and nothing for one that is left out', async () => {
    const identifier = await makeAsset();
    const items = [{ itemType: 'ASSET', identifier, revision: '7' }, { itemType: 'ASSET' }];
    const record = portable(dataProduct, { name: 'product', owningProjectId, revision: '3', items });
    const id = await make(dataProduct, record);

    assert.deepEqual((await dataProduct.read(target, id)).record.items, [{ itemType: 'ASSET', identifier }]);
  });

  it('waits until a data product is there, and says where it comes to nothing', async () => {
    const statuses = ['CREATING', 'CREATING', 'CREATED'];
    const slow = answering({ id: 'p' }, () => ({ status: statuses.shift() ?? null }));
    const { create } = restorationOf(dataProduct);
    assert.equal(await create?.(slow, making({ name: 'p' })), 'p');
    assert.deepEqual(statuses, []);

    const failing = answering({ id: 'p' }, () => ({ status: 'CREATE_FAILED' }));
    await assert.rejects(async () => create?.(failing, making({ name: 'p' })), ResourceFailedError);
  });

  it('lets a rule reach the units below its own, or no longer', async () => {
    const { rootDomainUnitId } = await target.call('GetDomain', { identifier: target.domainId });
    const of = (includeChildDomainUnits: boolean): JsonObject => ({
      name: 'rule',
      action: 'CREATE_LISTING_CHANGE_SET',
      target: {
        domainUnitTarget: { domainUnitId: String(rootDomainUnitId), includeChildDomainUnits },
      },
      detail: {
        metadataFormEnforcementDetail: {
          requiredMetadataForms: [
            { typeIdentifier: 'amazon.datazone.SubscriptionTermsFormType', typeRevision: '1' },
          ],
        },
      },
    });
    const id = await make(rule, of(true));
    await change(rule, id, of(true), of(false));

    assert.deepEqual((await rule.read(target, id)).record.target, of(false).target);
  });

  function making(wanted: JsonObject, record = wanted): Making {
    return { wanted, record: { revision: '1', ...record }, facets: {}, clientToken: String(Math.random()) };
  }

  function makeAsset(): Promise<string> {
    return make(asset, {
      owningProjectId,
      name: 'orders',
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      typeRevision: '1',
      formsOutput: [
        {
          formName: 'GlueTableForm',
          typeName: 'amazon.datazone.GlueTableFormType',
          typeRevision: '1',
          content: '{"columns":[{"columnName":"id"}]}',
        },
      ],
    });
  }

  async function governingTerms(count: number): Promise<string[]> {
    const domainIdentifier = target.domainId;
    const { id: glossaryIdentifier } = bench.service.call(
      'CreateGlossary',
      {
        domainIdentifier,
        name: 'governance',
        owningProjectIdentifier: owningProjectId,
        usageRestrictions: ['ASSET_GOVERNED_TERMS'],
      },
      callerOf('admin'),
    );
    return Array.from({ length: count }, (_, n) => {
      const input = { domainIdentifier, glossaryIdentifier, name: `term ${n}` };
      return bench.service.call('CreateGlossaryTerm', input, callerOf('admin')).id;
    });
  }

  function answering(answer: JsonObject, toGet: () => JsonObject = () => answer): RestoreTarget {
    return {
      domainId: 'dzd_1',
      sleep: async () => undefined,
      call: async (operation) => (operation.startsWith('Get') ? toGet() : answer),
    };
  }
});
