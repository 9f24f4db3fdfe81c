import assert from 'node:assert/strict';
import { glossaryIds, glossaryTermsIn } from '../../../core/catalog/smithy-annotations';

/** As the portal writes a field that is bound to a glossary. */
const portalModel = `@length(min:1, max:1)
list ConfidentialityList {member: String}
@amazon.datazone#displayname(defaultName: "Governance")
structure GovernanceForm {
systemName: String,
@amazon.datazone#displayname(defaultName: "Class, (\\"A\\" {to} Z)")
@documentation("holds @amazon.datazone#glossaryterm(\\"fake\\") ids")
@amazon.datazone#glossaryterm("c6u18mhfw0bb89")
@required
confidentiality: ConfidentialityList,
// @amazon.datazone#glossaryterm("commentedOut")
note: String
}`;

const nestedModel = `$version: "2"
namespace dzd_abc
use amazon.datazone#glossaryterm

metadata authors = [{ name: "x", of: ["y"] }]

list Terms { member: String }
@glossaryterm("onShape")
list SharedTerms { member: String }
map Ratings { key: String, value: Rating }
structure Rating { @glossaryterm("inMap") level: Terms, weight: Float = 0.5 }
structure Column with [Mixin] { @glossaryterm("inList") terms: Terms, name: String, children: Columns }
list Columns { member: Column }
structure Nested {
    columns: Columns
    shared: SharedTerms
    ratings: Ratings
    @glossaryterm("single")
    owner: String
}`;

describe('glossary annotations of a form type', () => {
  it('name the glossaries in the order of the text, comments and strings aside', () => {
    assert.deepEqual(glossaryIds(portalModel), ['c6u18mhfw0bb89']);
    assert.deepEqual(glossaryIds(nestedModel), ['onShape', 'inMap', 'inList', 'single']);
  });

  it('tell the terms in a form that the portal made', () => {
    const content = { systemName: 'bwumf33jbm7vo9', confidentiality: ['bwumf33jbm7vo9'], note: 'c' };

    assert.deepEqual(glossaryTermsIn(portalModel, 'GovernanceForm', content), [
      { id: 'bwumf33jbm7vo9', path: 'confidentiality[0]' },
    ]);
  });

  it('tell the terms in nested structures, lists, maps and annotated shapes', () => {
    const content = {
      columns: [{ name: 'a', terms: ['t1', 't2'], children: [{ terms: ['t3'] }] }, { name: 'b' }],
      shared: ['t4'],
      ratings: { high: { level: ['t5'], weight: 1 } },
      owner: 't6',
      stray: ['t7'],
    };

    assert.deepEqual(glossaryTermsIn(nestedModel, 'Nested', content), [
      { id: 't1', path: 'columns[0].terms[0]' },
      { id: 't2', path: 'columns[0].terms[1]' },
      { id: 't3', path: 'columns[0].children[0].terms[0]' },
      { id: 't4', path: 'shared[0]' },
      { id: 't5', path: 'ratings.high.level[0]' },
      { id: 't6', path: 'owner' },
    ]);
  });

  it('take the outermost structure where none has the name of the form', () => {
    assert.deepEqual(
      glossaryTermsIn(nestedModel, 'Renamed', { owner: 't6' }).map((term) => term.path),
      ['owner'],
    );
  });

  for (const broken of [
    'structure X { @amazon.datazone#glossaryterm("g"',
    '@amazon.datazone#glossaryterm',
    '{"smithy":"@glossaryterm"}',
    'structure X { @amazon.datazone#glossaryterm("g") a: }}} list',
  ]) {
    it(`come to an end on text that is no Smithy: ${broken}`, () => {
      assert.deepEqual(glossaryTermsIn(broken, 'X', { b: ['t'] }), []);
    });
  }
});
