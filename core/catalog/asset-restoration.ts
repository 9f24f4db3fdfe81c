import { formsInput } from './forms';
import { isList } from './json';
import type { JsonObject } from './json-value';
import { type Changing, idIn, keyOf, type Restoration, type RestoreTarget } from './restoration';

/** What a revision of an asset is made of, in an order of its own. */
function contentOf(record: JsonObject): Readonly<Record<string, unknown>> {
  const { name, description, typeRevision, glossaryTerms } = record;
  return { name, description, typeRevision, glossaryTerms, formsInput: formsInput(record, 'formsOutput') };
}

/** Most terms of one call. */
const batchSize = 5;

/** An asset in its latest revision. The terms that govern it have operations of their own, and need no revision. */
export const assetRestoration: Restoration = {
  operations: {
    create: ['CreateAsset'],
    update: ['CreateAssetRevision', 'DisassociateGovernedTerms', 'AssociateGovernedTerms'],
  },
  assigned: ['readOnlyFormsOutput', 'firstRevisionCreatedAt', 'firstRevisionCreatedBy'],
  fixed: ['owningProjectId', 'typeIdentifier', 'externalIdentifier'],
  keyMembers: ['owningProjectId', 'externalIdentifier', 'typeIdentifier', 'name'],
  key: (record) =>
    record.externalIdentifier === undefined
      ? keyOf(record, 'owningProjectId', 'typeIdentifier', 'name')
      : keyOf(record, 'owningProjectId', 'externalIdentifier'),
  create: (target, { wanted, clientToken }) => {
    const { owningProjectId, typeIdentifier, externalIdentifier } = wanted;
    return idIn(
      target.call('CreateAsset', {
        ...contentOf(wanted),
        owningProjectIdentifier: owningProjectId,
        typeIdentifier,
        externalIdentifier,
        clientToken,
      }),
    );
  },
  update: async (target, changing) => {
    const { id, wanted, current, clientToken } = changing;
    const content = contentOf(wanted);
    if (JSON.stringify(content) !== JSON.stringify(contentOf(current))) {
      await target.call('CreateAssetRevision', { identifier: id, ...content, clientToken });
    }
    await govern(target, changing);
  },
};

async function govern(target: RestoreTarget, { id, wanted, current }: Changing): Promise<void> {
  const [before, after] = [termsOf(current), termsOf(wanted)];
  const entity = { entityType: 'ASSET', entityIdentifier: id };
  // An asset has room for so many: those that go make room first.
  for (const governedGlossaryTerms of batchesOf(before.filter((term) => !after.includes(term)))) {
    await target.call('DisassociateGovernedTerms', { ...entity, governedGlossaryTerms });
  }
  for (const governedGlossaryTerms of batchesOf(after.filter((term) => !before.includes(term)))) {
    await target.call('AssociateGovernedTerms', { ...entity, governedGlossaryTerms });
  }
}

function termsOf({ governedGlossaryTerms }: JsonObject): readonly unknown[] {
  return isList(governedGlossaryTerms) ? governedGlossaryTerms : [];
}

function batchesOf(terms: readonly unknown[]): (readonly unknown[])[] {
  const count = Math.ceil(terms.length / batchSize);
  return Array.from({ length: count }, (_, n) => terms.slice(n * batchSize, (n + 1) * batchSize));
}
