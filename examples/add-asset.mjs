// Adds a glossary, a term and an asset with that term to the project PROJECT_ID, and prints the asset's id.
import { DataZone } from '@aws-sdk/client-datazone';

const { DOMAIN_ID: domainIdentifier, PROJECT_ID: owningProjectIdentifier } = process.env;
const client = new DataZone({});
const own = { domainIdentifier, owningProjectIdentifier };
const stamp = Date.now();

const glossary = await client.createGlossary({ ...own, name: `Sales terms ${stamp}`, status: 'ENABLED' });
const term = await client.createGlossaryTerm({
  domainIdentifier,
  glossaryIdentifier: glossary.id,
  name: 'Basket',
  shortDescription: 'What one customer buys at one time',
  status: 'ENABLED',
});
const type = await client.createAssetType({ ...own, name: `Report${stamp}`, formsInput: {} });
const asset = await client.createAsset({
  ...own,
  name: 'Baskets of the week',
  typeIdentifier: type.name,
  glossaryTerms: [term.id],
});
console.log(asset.id);
