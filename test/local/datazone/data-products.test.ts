import assert from 'node:assert/strict';
import {
  CreateDataProductCommand,
  CreateDataProductRevisionCommand,
  CreateListingChangeSetCommand,
  DeleteAssetCommand,
  DeleteDataProductCommand,
  DeleteListingCommand,
  GetDataProductCommand,
  GetListingCommand,
  ListDataProductRevisionsCommand,
  SearchCommand,
  SearchListingsCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('A data product of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;
  let asset: string;
  let term: string;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
    asset = fixture.asset(domainIdentifier, owningProjectIdentifier);
    const glossaryIdentifier = fixture.glossary(domainIdentifier, owningProjectIdentifier);
    term = fixture.call('CreateGlossaryTerm', { domainIdentifier, glossaryIdentifier, name: 'Customer' }).id;
    const client = fixture.client();
    send = client.send.bind(client);
  });
  after(() => fixture.stop());

  let count = 0;
  const create = (overrides: Record<string, unknown> = {}) =>
    send(
      new CreateDataProductCommand({
        domainIdentifier,
        owningProjectIdentifier,
        name: `product ${++count}`,
        items: [{ itemType: 'ASSET', identifier: asset, revision: '1', glossaryTerms: [term] }],
        ...overrides,
      }),
    );

  it('keeps every revision, and answers the latest unless another is asked for', async () => {
    const { id: identifier, name } = await create({ description: 'first', glossaryTerms: [term] });
    const product = { domainIdentifier, identifier };
    fixture.clock.advance(60_000);
    await send(new CreateDataProductRevisionCommand({ ...product, name, description: 'second' }));

    const head = await send(new GetDataProductCommand(product));
    const old = await send(new GetDataProductCommand({ ...product, revision: '1' }));
    const { items } = await send(new ListDataProductRevisionsCommand(product));

    assert.deepEqual([head.revision, head.description, head.items], ['2', 'second', undefined]);
    assert.deepEqual([old.revision, old.description, old.items?.[0]?.identifier], ['1', 'first', asset]);
    assert.deepEqual(
      items?.map(({ revision }) => revision),
      ['2', '1'],
    );
    assert.ok(fixture.events.some((event) => event['detail-type'] === 'Data Product Revised'));
  });

  it('is found by a search of its project, without its items and revision', async () => {
    const { id } = await create({ name: 'to be found' });

    const { items } = await send(
      new SearchCommand({
        domainIdentifier,
        owningProjectIdentifier,
        searchScope: 'DATA_PRODUCT',
        searchText: 'to be found',
      }),
    );

    const [found] = items ?? [];
    assert.equal(found?.dataProductItem?.id, id);
    assert.ok(!('items' in (found?.dataProductItem ?? {})));
    assert.ok(!('revision' in (found?.dataProductItem ?? {})));
  });

  it('is not found by those who are no members of its project', async () => {
    fixture.call('CreateUserProfile', {
      domainIdentifier,
      userIdentifier: 'arn:aws:iam::111122223333:role/stranger',
      userType: 'IAM_ROLE',
    });
    const { id: identifier } = await create();
    const stranger = fixture.client('stranger');
    const search = { domainIdentifier, searchScope: 'DATA_PRODUCT' as const };

    assert.deepEqual((await stranger.send(new SearchCommand(search))).items, []);
    await assert.rejects(stranger.send(new GetDataProductCommand({ domainIdentifier, identifier })), {
      name: 'AccessDeniedException',
    });
  });

  it('is listed with the listings of its published assets, and leaves the catalog again', async () => {
    const change = { domainIdentifier, entityIdentifier: asset, entityType: 'ASSET' as const };
    const published = await send(new CreateListingChangeSetCommand({ ...change, action: 'PUBLISH' }));
    const { id: identifier } = await create({ name: 'published' });
    const product = {
      domainIdentifier,
      entityIdentifier: identifier,
      entityType: 'DATA_PRODUCT' as const,
    };

    const { listingId } = await send(new CreateListingChangeSetCommand({ ...product, action: 'PUBLISH' }));
    const search = new SearchListingsCommand({ domainIdentifier, searchText: 'published' });
    const { items } = await send(search);
    const listing = await send(new GetListingCommand({ domainIdentifier, identifier: listingId }));

    assert.equal(items?.length, 1);
    assert.equal(items?.[0]?.dataProductListing?.entityId, identifier);
    assert.equal(items?.[0]?.dataProductListing?.entityRevision, '1');
    assert.deepEqual(items?.[0]?.dataProductListing?.items, [
      {
        listingId: published.listingId,
        listingRevision: '1',
        glossaryTerms: [{ name: 'Customer' }],
      },
    ]);
    assert.equal(listing.item?.dataProductListing?.dataProductId, identifier);
    await assert.rejects(send(new DeleteDataProductCommand({ domainIdentifier, identifier })), {
      name: 'ConflictException',
    });

    await send(new CreateListingChangeSetCommand({ ...product, action: 'UNPUBLISH' }));
    assert.deepEqual((await send(search)).items, []);
    await send(new DeleteListingCommand({ domainIdentifier, identifier: listingId }));
    await send(new DeleteDataProductCommand({ domainIdentifier, identifier }));
    await assert.rejects(send(new GetDataProductCommand({ domainIdentifier, identifier })), {
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps its assets from being deleted', async () => {
    await create();

    await assert.rejects(send(new DeleteAssetCommand({ domainIdentifier, identifier: asset })), {
      name: 'ConflictException',
    });
  });

  for (const [what, input, error] of [
    [
      'an asset that does not exist',
      { items: [{ itemType: 'ASSET', identifier: 'nowhere' }] },
      'ResourceNotFoundException',
    ],
    ['a term that does not exist', { glossaryTerms: ['nowhere'] }, 'ResourceNotFoundException'],
    ['a form without its type', { formsInput: [{ formName: 'F', content: '{}' }] }, 'ValidationException'],
    ['a description of no length', { description: '' }, 'ValidationException'],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      await assert.rejects(create(input), { name: error });
    });
  }

  it('is refused under the name of another, and with a revision of an asset that there is not', async () => {
    const { name } = await create();

    await assert.rejects(create({ name }), { name: 'ConflictException' });
    const items = [{ itemType: 'ASSET', identifier: asset, revision: '9' }];
    await assert.rejects(create({ items }), { name: 'ResourceNotFoundException' });
  });
});
