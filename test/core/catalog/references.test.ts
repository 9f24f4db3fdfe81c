import assert from 'node:assert/strict';
import type { JsonObject, ReferenceContext } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';

const noModels: ReferenceContext = { formModel: () => undefined };

const asset = (...formsOutput: JsonObject[]): JsonObject => ({
  id: '4d8qkhbhnbo7f4',
  owningProjectId: '6r0hufjsnx8mkw',
  typeIdentifier: 'ReportAssetType',
  typeRevision: '2',
  glossaryTerms: ['termA'],
  governedGlossaryTerms: ['termB'],
  formsOutput,
});

describe('references of an asset', () => {
  const references = kindByName('asset').references;

  it('are its project, its type with the revision, its terms and the types of its forms', () => {
    const form = { formName: 'Review', typeName: 'ReviewForm', typeRevision: '3', content: '{}' };

    assert.deepEqual(references(asset(form), noModels), [
      { kind: 'project', id: '6r0hufjsnx8mkw', path: 'owningProjectId' },
      { kind: 'assetType', id: 'ReportAssetType', path: 'typeIdentifier', revision: '2' },
      { kind: 'glossaryTerm', id: 'termA', path: 'glossaryTerms[0]' },
      { kind: 'glossaryTerm', id: 'termB', path: 'governedGlossaryTerms[0]' },
      { kind: 'formType', id: 'ReviewForm', path: 'formsOutput[0].typeName', revision: '3' },
    ]);
  });

  it('are the terms on its columns', () => {
    const content = JSON.stringify({
      columnsBusinessMetadata: [
        { columnIdentifier: 'a' },
        { columnIdentifier: 'b', glossaryTerms: ['termC', 'termD'], description: 'not termE' },
      ],
    });
    const typeName = 'amazon.datazone.ColumnBusinessMetadataFormType';

    assert.deepEqual(termsInForms({ formName: 'ColumnBusinessMetadataForm', typeName, content }, noModels), [
      ['termC', 'formsOutput[0].content{form}.columnsBusinessMetadata[1].glossaryTerms[0]'],
      ['termD', 'formsOutput[0].content{form}.columnsBusinessMetadata[1].glossaryTerms[1]'],
    ]);
  });

  it('are the terms in annotated members of custom forms, by the revision in use', () => {
    const models: Readonly<Record<string, string>> = {
      'Governance@2': 'structure Governance { @amazon.datazone#glossaryterm("g") class: Terms, old: String }',
      'Governance@1': 'structure Governance { class: String, @amazon.datazone#glossaryterm("g") old: Terms }',
    };
    const context: ReferenceContext = { formModel: (name, revision) => models[`${name}@${revision}`] };
    const form = (typeRevision: string): JsonObject => ({
      formName: 'Governance',
      typeName: 'Governance',
      typeRevision,
      content: '{"class":["termC"],"old":["termD"]}',
    });

    assert.deepEqual(termsInForms(form('2'), context), [['termC', 'formsOutput[0].content{form}.class[0]']]);
    assert.deepEqual(termsInForms(form('1'), context), [['termD', 'formsOutput[0].content{form}.old[0]']]);
    assert.deepEqual(termsInForms(form('3'), context), []);
  });

  it('are none where an id is only part of a text, or the content is no JSON', () => {
    const context: ReferenceContext = {
      formModel: () => 'structure F { @amazon.datazone#glossaryterm("g") terms: T, note: String }',
    };
    const form = (content: string): JsonObject => ({
      formName: 'F',
      typeName: 'F',
      typeRevision: '1',
      content,
    });

    assert.deepEqual(termsInForms(form('{"note":"see termC, termD"}'), context), []);
    assert.deepEqual(termsInForms(form('{"terms":["termC"'), context), []);
  });

  function termsInForms(form: JsonObject, context: ReferenceContext): readonly (readonly string[])[] {
    return references(asset(form), context)
      .filter(({ kind, path }) => kind === 'glossaryTerm' && path.startsWith('formsOutput'))
      .map(({ id, path }) => [id, path]);
  }
});

describe('references of the other kinds', () => {
  const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ['domain', { id: 'dzd_1', rootDomainUnitId: 'unit' }, ['domainUnit unit rootDomainUnitId']],
    [
      'project',
      { id: 'p', domainUnitId: 'unit', projectProfileId: 'profile', glossaryTerms: ['t'] },
      [
        'domainUnit unit domainUnitId',
        'projectProfile profile projectProfileId',
        'glossaryTerm t glossaryTerms[0]',
      ],
    ],
    ['glossary', { id: 'g', owningProjectId: 'p' }, ['project p owningProjectId']],
    [
      'glossaryTerm',
      { id: 't', glossaryId: 'g', termRelations: { isA: ['u'], classifies: ['v'] } },
      [
        'glossary g glossaryId',
        'glossaryTerm u termRelations.isA[0]',
        'glossaryTerm v termRelations.classifies[0]',
      ],
    ],
    [
      'formType',
      {
        name: 'Form',
        owningProjectId: 'p',
        imports: [{ name: 'Other', revision: '4' }],
        model: { smithy: 'structure Form { @amazon.datazone#glossaryterm("g") a: T }' },
      },
      [
        'project p owningProjectId',
        'formType Other imports[0].name',
        'glossary g model.smithy{glossaryterm}[0]',
      ],
    ],
    ['formType', { name: 'amazon.datazone.GlueTableFormType', owningProjectId: 'aws' }, []],
    [
      'assetType',
      {
        name: 'Report',
        owningProjectId: 'p',
        formsOutput: { Review: { typeName: 'Form', typeRevision: '3' } },
      },
      ['project p owningProjectId', 'formType Form formsOutput.Review.typeName'],
    ],
    [
      'listing',
      { id: 'l', listed: 'asset', entityId: 'a', owningProjectId: 'p' },
      ['asset a entityId', 'project p owningProjectId'],
    ],
    [
      'listing',
      { id: 'l', listed: 'dataProduct', entityId: 'd', items: [{ listingId: 'm' }] },
      ['dataProduct d entityId', 'listing m items[0].listingId'],
    ],
  ];

  for (const [kind, record, expected] of cases) {
    it(`are, for ${kind}: ${expected.join(', ') || 'none to a kind that is backed up'}`, () => {
      assert.deepEqual(
        kindByName(kind)
          .references(record, noModels)
          .map((reference) => `${reference.kind} ${reference.id} ${reference.path}`),
        expected,
      );
    });
  }

  it('say in which project a listed asset stands', () => {
    const record = { id: 'l', listed: 'asset', entityId: 'a', owningProjectId: 'p' };

    assert.equal(kindByName('listing').references(record, noModels)[0]?.scopeId, 'p');
  });
});
