import type { Call } from '../call';
import { type Asset, type Domain, latest } from '../domain';
import { conflict, invalid } from '../faults';
import { requireMember } from '../membership';
import type { Given, Handlers } from '../operations';

const mostTerms = 20;

/** Terms that govern an asset: they change at once, without a revision of it. */
export const governedTerms: Handlers = {
  AssociateGovernedTerms(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = governed(call, domain, input);
    for (const id of input.governedGlossaryTerms) {
      const term = call.find(domain.terms, 'Glossary term', id);
      if (!term.usageRestrictions?.includes('ASSET_GOVERNED_TERMS')) {
        throw invalid(`Glossary term ${id} is not of a glossary with the restriction ASSET_GOVERNED_TERMS`);
      }
    }
    const terms = new Set([...asset.governedGlossaryTerms, ...input.governedGlossaryTerms]);
    if (terms.size > mostTerms) throw conflict(`An asset has at most ${mostTerms} governed terms`);
    domain.assets.put(input.entityIdentifier, { ...asset, governedGlossaryTerms: [...terms] });
    return {};
  },

  DisassociateGovernedTerms(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = governed(call, domain, input);
    const removed = new Set(input.governedGlossaryTerms);
    const terms = asset.governedGlossaryTerms.filter((id) => !removed.has(id));
    domain.assets.put(input.entityIdentifier, { ...asset, governedGlossaryTerms: terms });
    return {};
  },
};

function governed(call: Call, domain: Domain, input: Given<'AssociateGovernedTerms'>): Asset {
  const asset = call.find(domain.assets, 'Asset', input.entityIdentifier);
  requireMember(call, domain, latest(asset).owningProjectId);
  return asset;
}
