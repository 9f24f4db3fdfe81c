import assert from 'node:assert/strict';
import {
  AssociateGovernedTermsCommand,
  CreateAssetCommand,
  CreateAssetRevisionCommand,
  CreateListingChangeSetCommand,
  DeleteAssetCommand,
  DeleteListingCommand,
  DisassociateGovernedTermsCommand,
  GetAssetCommand,
  GetListingCommand,
  ListAssetRevisionsCommand,
  SearchListingsCommand,
} from '@aws-sdk/client-datazone';
import { Fixture, tableType } from './fixture';

describe('An asset of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  after(() => fixture.stop());

  const tableForm = { formName: 'GlueTableForm', content: '{"tableName":"t"}' };
  const create = (overrides: Record<string, unknown> = {}) =>
    send(
      new CreateAssetCommand({
        domainIdentifier,
        owningProjectIdentifier,
        name: 'table',
        typeIdentifier: tableType,
        formsInput: [tableForm],
        ...overrides,
      }),
    );

  it('keeps every revision, and answers the latest unless another is asked for', async () => {
    const { id: identifier, revision } = await create({ description: 'first' });
    fixture.clock.advance(60_000);
    const asset = { domainIdentifier, identifier };
    await send(new CreateAssetRevisionCommand({ ...asset, name: 'renamed', formsInput: [tableForm] }));

    const head = await send(new GetAssetCommand(asset));
    const old = await send(new GetAssetCommand({ ...asset, revision: '1' }));
    const { items } = await send(new ListAssetRevisionsCommand(asset));

    assert.equal(revision, '1');
    assert.deepEqual([head.revision, head.name, head.description], ['2', 'renamed', undefined]);
    assert.deepEqual([old.name, old.description], ['table', 'first']);
    assert.equal((head.createdAt?.getTime() ?? 0) - (head.firstRevisionCreatedAt?.getTime() ?? 0), 60_000);
    assert.deepEqual(
      items?.map((item) => item.revision),
      ['2', '1'],
    );
  });

  it('is found by its external identifier, which is unique', async () => {
    const externalIdentifier = 'arn:aws:glue:eu-west-1:111122223333:table/db/t';
    const { id } = await create({ externalIdentifier });
    const identifier = `externalIdentifer/${externalIdentifier}`;

    assert.equal((await send(new GetAssetCommand({ domainIdentifier, identifier }))).id, id);
    await assert.rejects(create({ externalIdentifier }), { name: 'ConflictException' });
    await send(new DeleteAssetCommand({ domainIdentifier, identifier: id }));
    await create({ externalIdentifier });
  });

  for (const [what, input, error] of [
    ['a type that does not exist', { typeIdentifier: 'NoType' }, 'ValidationException'],
    ['no required form', { formsInput: [] }, 'ValidationException'],
    ['form content that is no JSON', { formsInput: [{ ...tableForm, content: '{' }] }, 'ValidationException'],
    [
      'form content that is no object',
      { formsInput: [{ ...tableForm, content: '[]' }] },
      'ValidationException',
    ],
    ['one form twice', { formsInput: [tableForm, tableForm] }, 'ValidationException'],
    ['a term that does not exist', { glossaryTerms: ['nowhere'] }, 'ResourceNotFoundException'],
    ['a project that does not exist', { owningProjectIdentifier: 'nowhere' }, 'ResourceNotFoundException'],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      await assert.rejects(create(input), { name: error });
    });
  }

  it('takes governed terms without a new revision, from restricted glossaries only', async () => {
    const restricted = fixture.call('CreateGlossary', {
      domainIdentifier,
      owningProjectIdentifier,
      name: 'Governed',
      usageRestrictions: ['ASSET_GOVERNED_TERMS'],
    }).id;
    const free = fixture.glossary(domainIdentifier, owningProjectIdentifier, 'Free');
    const [secret, plain] = [restricted, free].map((glossaryIdentifier) =>
      fixture.call('CreateGlossaryTerm', { domainIdentifier, glossaryIdentifier, name: 'T' }),
    );
    const entityIdentifier = `${(await create()).id}`;
    const entity = { domainIdentifier, entityIdentifier, entityType: 'ASSET' as const };
    const governedGlossaryTerms = [`${secret?.id}`];
    await send(new AssociateGovernedTermsCommand({ ...entity, governedGlossaryTerms }));

    const asset = await send(new GetAssetCommand({ domainIdentifier, identifier: entityIdentifier }));
    assert.deepEqual(secret?.usageRestrictions, ['ASSET_GOVERNED_TERMS']);
    assert.deepEqual([asset.revision, asset.governedGlossaryTerms], ['1', governedGlossaryTerms]);
    await assert.rejects(
      send(new AssociateGovernedTermsCommand({ ...entity, governedGlossaryTerms: [`${plain?.id}`] })),
      { name: 'ValidationException' },
    );
    await send(new DisassociateGovernedTermsCommand({ ...entity, governedGlossaryTerms }));
    const after = await send(new GetAssetCommand({ domainIdentifier, identifier: entityIdentifier }));
    assert.equal(after.governedGlossaryTerms, undefined);
  });

  it('is listed as it was when it was published, with terms by name and forms as one JSON text', async () => {
    const glossaryIdentifier = fixture.glossary(domainIdentifier, owningProjectIdentifier, 'Listed');
    const term = fixture.call('CreateGlossaryTerm', {
      domainIdentifier,
      glossaryIdentifier,
      name: 'Customer',
    });
    const { id: identifier } = await create({ name: 'published', glossaryTerms: [term.id] });
    const change = { domainIdentifier, entityIdentifier: identifier, entityType: 'ASSET' as const };

    const published = await send(new CreateListingChangeSetCommand({ ...change, action: 'PUBLISH' }));
    await send(
      new CreateAssetRevisionCommand({
        domainIdentifier,
        identifier,
        name: 'later',
        formsInput: [tableForm],
      }),
    );
    const { items } = await send(
      new SearchListingsCommand({
        domainIdentifier,
        searchText: 'published',
        additionalAttributes: ['FORMS'],
      }),
    );
    const [found] = items ?? [];

    assert.equal(published.status, 'CREATING');
    assert.deepEqual(found?.assetListing?.glossaryTerms, [{ name: 'Customer' }]);
    assert.equal(found?.assetListing?.entityRevision, '1');
    assert.equal(found?.assetListing?.additionalAttributes?.forms, '{"GlueTableForm":{"tableName":"t"}}');
    await assert.rejects(send(new DeleteAssetCommand({ domainIdentifier, identifier })), {
      name: 'ConflictException',
    });
  });

  it('leaves the listings when it is unpublished, and can be deleted then', async () => {
    const { id: identifier } = await create({ name: 'withdrawn' });
    const change = { domainIdentifier, entityIdentifier: identifier, entityType: 'ASSET' as const };
    const { listingId } = await send(new CreateListingChangeSetCommand({ ...change, action: 'PUBLISH' }));
    await send(new CreateListingChangeSetCommand({ ...change, action: 'UNPUBLISH' }));

    const asset = await send(new GetAssetCommand({ domainIdentifier, identifier }));
    const { items } = await send(new SearchListingsCommand({ domainIdentifier, searchText: 'withdrawn' }));
    assert.deepEqual(asset.listing, { listingId, listingStatus: 'INACTIVE' });
    assert.deepEqual(items, []);
    await send(new DeleteListingCommand({ domainIdentifier, identifier: listingId }));
    await assert.rejects(send(new GetListingCommand({ domainIdentifier, identifier: listingId })), {
      name: 'ResourceNotFoundException',
    });
    await send(new DeleteAssetCommand({ domainIdentifier, identifier }));
    await assert.rejects(send(new GetAssetCommand({ domainIdentifier, identifier })), {
      name: 'ResourceNotFoundException',
    });
  });
});
