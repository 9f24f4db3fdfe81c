// Something to lose, and to get back:
//
//   node examples/glossary.mjs add           adds a glossary with two terms to PROJECT_ID, and prints its id
//   node examples/glossary.mjs delete <id>   deletes it with its terms, as somebody does by mistake
import { DataZone } from '@aws-sdk/client-datazone';

const { DOMAIN_ID: domainIdentifier, PROJECT_ID: owningProjectIdentifier } = process.env;
const client = new DataZone({});
const [, , what, id] = process.argv;

if (what === 'add') {
  const glossary = await client.createGlossary({
    domainIdentifier,
    owningProjectIdentifier,
    name: `Loans ${Date.now()}`,
    description: 'What the bank lends',
    status: 'ENABLED',
  });
  const inGlossary = { domainIdentifier, glossaryIdentifier: glossary.id, status: 'ENABLED' };
  const loan = await client.createGlossaryTerm({ ...inGlossary, name: 'Loan' });
  await client.createGlossaryTerm({ ...inGlossary, name: 'Mortgage', termRelations: { isA: [loan.id] } });
  console.log(glossary.id);
} else if (what === 'delete' && id !== undefined) {
  const terms = [];
  let nextToken;
  do {
    const page = await client.search({ domainIdentifier, searchScope: 'GLOSSARY_TERM', nextToken });
    terms.push(...page.items.map(({ glossaryTermItem }) => glossaryTermItem));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  let own = terms.filter(({ glossaryId }) => glossaryId === id);
  // A term goes after those that name it, and a glossary after its terms; nothing that is enabled goes.
  while (own.length > 0) {
    const named = new Set(own.flatMap(({ termRelations }) => termRelations?.isA ?? []));
    for (const { id: identifier } of own.filter((term) => !named.has(term.id))) {
      await client.updateGlossaryTerm({ domainIdentifier, identifier, status: 'DISABLED' });
      await client.deleteGlossaryTerm({ domainIdentifier, identifier });
    }
    own = own.filter((term) => named.has(term.id));
  }
  await client.updateGlossary({ domainIdentifier, identifier: id, status: 'DISABLED' });
  await client.deleteGlossary({ domainIdentifier, identifier: id });
  console.log(`Glossary ${id} and its terms are gone`);
} else {
  console.error('Give add, or delete and the id of a glossary.');
  process.exitCode = 2;
}
