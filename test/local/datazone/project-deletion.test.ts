import assert from 'node:assert/strict';
import type { DataZone } from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

const absent = { name: 'ResourceNotFoundException' };

describe('The deletion of a project in the local DataZone', () => {
  let fixture: Fixture;
  let client: DataZone;
  let domainIdentifier: string;
  let sales: string;
  let marketing: string;

  beforeEach(async () => {
    fixture = await new Fixture().start();
    client = fixture.client();
    domainIdentifier = fixture.domain();
    sales = fixture.project(domainIdentifier, 'Sales');
    marketing = fixture.project(domainIdentifier, 'Marketing');
  });
  afterEach(() => fixture.stop());

  const remove = (skipDeletionCheck?: boolean) =>
    client.deleteProject({ domainIdentifier, identifier: sales, skipDeletionCheck });
  const get = (identifier: string) => ({ domainIdentifier, identifier });
  const publish = (entityIdentifier: string, entityType: 'ASSET' | 'DATA_PRODUCT' = 'ASSET') =>
    fixture.call('CreateListingChangeSet', {
      domainIdentifier,
      entityIdentifier,
      entityType,
      action: 'PUBLISH',
    }).listingId;
  const term = (glossaryIdentifier: string, name: string, ...isA: string[]) =>
    fixture.call('CreateGlossaryTerm', {
      domainIdentifier,
      glossaryIdentifier,
      name,
      ...(isA.length > 0 && { termRelations: { isA } }),
    }).id;
  const types = (owningProjectIdentifier: string) => {
    const owner = { domainIdentifier, owningProjectIdentifier };
    const model = { smithy: 'structure Contract { owner: String }' };
    fixture.call('CreateFormType', { ...owner, name: 'Contract', model, status: 'ENABLED' });
    const formsInput = { contract: { typeIdentifier: 'Contract', typeRevision: '1' } };
    fixture.call('CreateAssetType', { ...owner, name: 'Contracted', formsInput });
  };
  const subscribe = (project: string, listing: string) =>
    fixture.call('CreateSubscriptionRequest', {
      domainIdentifier,
      subscribedPrincipals: [{ project: { identifier: project } }],
      subscribedListings: [{ identifier: listing }],
      requestReason: 'Monthly report',
    }).id;
  const accept = (identifier: string) => {
    fixture.call('AcceptSubscriptionRequest', get(identifier));
    const { items } = fixture.call('ListSubscriptions', {
      domainIdentifier,
      subscriptionRequestIdentifier: identifier,
    });
    return items[0]?.id ?? assert.fail('nobody is subscribed');
  };

  it('is refused as long as the project owns anything, be it a form type alone', async () => {
    types(sales);

    await assert.rejects(remove(), { name: 'ValidationException' });
    await assert.rejects(remove(false), { name: 'ValidationException' });

    assert.equal((await client.getProject(get(sales))).name, 'Sales');
  });

  it('is refused as long as the project has an environment, even without the check', async () => {
    fixture.environment(domainIdentifier, sales);
    const asset = fixture.asset(domainIdentifier, sales);

    await assert.rejects(remove(true), { name: 'ValidationException' });

    assert.equal((await client.getAsset(get(asset))).name, 'orders');
  });

  it('takes along whatever the project owns, where the check is skipped', async () => {
    types(sales);
    const asset = fixture.asset(domainIdentifier, sales);
    const inProduct = fixture.asset(domainIdentifier, sales, 'customers');
    const configuration = { columnConfiguration: { includedColumnNames: [] } };
    fixture.call('CreateAssetFilter', {
      ...{ domainIdentifier, assetIdentifier: asset },
      name: 'a',
      configuration,
    });
    const product = fixture.call('CreateDataProduct', {
      domainIdentifier,
      owningProjectIdentifier: sales,
      name: 'Product',
      items: [{ itemType: 'ASSET', identifier: inProduct }],
    }).id;
    const listings = [publish(asset), publish(inProduct), publish(product, 'DATA_PRODUCT')];
    const glossary = fixture.glossary(domainIdentifier, sales);
    const first = term(glossary, 'first');
    const second = term(glossary, 'second', first);
    fixture.call('UpdateGlossaryTerm', { ...get(first), termRelations: { isA: [second] } });

    await remove(true);

    await assert.rejects(client.getProject(get(sales)), absent);
    for (const id of [asset, inProduct]) await assert.rejects(client.getAsset(get(id)), absent);
    await assert.rejects(client.getDataProduct(get(product)), absent);
    for (const id of listings) await assert.rejects(client.getListing(get(id)), absent);
    await assert.rejects(client.getGlossary(get(glossary)), absent);
    for (const id of [first, second]) await assert.rejects(client.getGlossaryTerm(get(id)), absent);
    await assert.rejects(client.getAssetType(get('Contracted')), absent);
    await assert.rejects(client.getFormType({ domainIdentifier, formTypeIdentifier: 'Contract' }), absent);
    for (const searchScope of ['ASSET', 'GLOSSARY', 'GLOSSARY_TERM', 'DATA_PRODUCT'] as const) {
      assert.deepEqual((await client.search({ domainIdentifier, searchScope })).items, [], searchScope);
    }
  });

  it('takes along what the project had in environments that are gone before it', async () => {
    domainIdentifier = fixture.domain('V2');
    sales = fixture.project(domainIdentifier, 'Sales');
    const environmentIdentifier = fixture.environment(domainIdentifier, sales);
    const props = { athenaProperties: { workgroupName: 'primary' } };
    const connection = fixture.call('CreateConnection', {
      ...{ domainIdentifier, environmentIdentifier },
      name: 'athena',
      props,
    }).connectionId;
    const source = fixture.call('CreateDataSource', {
      ...{ domainIdentifier, projectIdentifier: sales, connectionIdentifier: connection },
      name: 'crawl',
      type: 'GLUE',
    }).id;
    const owner = { domainIdentifier, owningProjectIdentifier: sales };
    const notebook = fixture.call('CreateNotebook', { ...owner, name: 'Explore' }).id;
    fixture.call('DeleteEnvironment', get(environmentIdentifier));

    await remove(true);

    await assert.rejects(client.getConnection(get(connection)), absent);
    await assert.rejects(client.getDataSource(get(source)), absent);
    await assert.rejects(client.getNotebook(get(notebook)), absent);
  });

  it('leaves room for the same again', async () => {
    const make = () => {
      types(sales);
      const external = { externalIdentifier: 'table/orders', typeIdentifier: 'Contracted', name: 'orders' };
      fixture.call('CreateAsset', { domainIdentifier, owningProjectIdentifier: sales, ...external });
      fixture.glossary(domainIdentifier, sales);
    };
    make();
    await remove(true);

    sales = fixture.project(domainIdentifier, 'Sales');
    make();

    assert.equal((await client.getAssetType(get('Contracted'))).revision, '1');
    assert.equal((await client.search({ domainIdentifier, searchScope: 'ASSET' })).totalMatchCount, 1);
  });

  it("leaves other projects' things as they are, even where they name what is gone", async () => {
    const gone = term(fixture.glossary(domainIdentifier, sales), 'gone');
    const related = term(fixture.glossary(domainIdentifier, marketing, 'Campaigns'), 'related', gone);
    const asset = fixture.asset(domainIdentifier, marketing);
    const before = [await client.getGlossaryTerm(get(related)), await client.getAsset(get(asset))];

    await remove(true);

    const after = [await client.getGlossaryTerm(get(related)), await client.getAsset(get(asset))];
    for (const answer of [...before, ...after]) Reflect.deleteProperty(answer, '$metadata');
    assert.deepEqual(after, before);
  });

  it('ends the subscriptions to what the project had published, and forgets its own', async () => {
    const [own, foreign] = [
      fixture.asset(domainIdentifier, sales),
      fixture.asset(domainIdentifier, marketing),
    ];
    const listing = publish(own);
    const finance = fixture.project(domainIdentifier, 'Finance');
    const theirs = accept(subscribe(marketing, listing));
    const asked = subscribe(finance, listing);
    const request = subscribe(sales, publish(foreign));
    const subscription = accept(request);

    await remove(true);

    assert.equal((await client.getSubscription(get(theirs))).status, 'REVOKED');
    assert.equal((await client.getSubscriptionRequestDetails(get(asked))).status, 'REJECTED');
    await assert.rejects(client.getSubscription(get(subscription)), absent);
    await assert.rejects(client.getSubscriptionRequestDetails(get(request)), absent);
    const details = fixture.events.map((event) => event['detail-type']);
    for (const told of ['Asset Listing Deleted', 'Subscription Revoked', 'Subscription Request Rejected']) {
      assert.ok(details.includes(told), told);
    }
  });
});
