import type { Call } from '../call';
import { type Domain, latest } from '../domain';
import { conflict } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';

type Term = Answer<'GetGlossaryTerm'>;

export const glossaryTerms: Handlers = {
  CreateGlossaryTerm(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const glossary = call.find(domain.glossaries, 'Glossary', input.glossaryIdentifier);
    requireMember(call, domain, glossary.owningProjectId);
    requireFreeName(domain, glossary.id, input.name);
    requireRelated(call, domain, input.termRelations);
    const author = call.author(domain);
    const id = call.newId();
    const term: Term = {
      domainId: domain.id,
      glossaryId: glossary.id,
      id,
      name: input.name,
      shortDescription: input.shortDescription,
      longDescription: input.longDescription,
      termRelations: input.termRelations,
      status: input.status ?? 'ENABLED',
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      updatedBy: author,
      usageRestrictions: glossary.usageRestrictions,
    };
    domain.terms.put(id, term);
    return term;
  },

  GetGlossaryTerm(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.terms, 'Glossary term', input.identifier);
  },

  UpdateGlossaryTerm(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const term = owned(call, domain, input.identifier);
    if (input.glossaryIdentifier !== undefined && input.glossaryIdentifier !== term.glossaryId) {
      throw conflict('A term stays in its glossary');
    }
    const { name, shortDescription, longDescription, termRelations, status } = input;
    if (name !== undefined && name !== term.name) requireFreeName(domain, term.glossaryId, name);
    requireRelated(call, domain, termRelations);
    const updated: Term = {
      ...term,
      ...present({ name, shortDescription, longDescription, termRelations, status }),
      updatedAt: call.now,
      updatedBy: call.author(domain),
    };
    domain.terms.put(term.id, updated);
    return updated;
  },

  DeleteGlossaryTerm(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const term = owned(call, domain, input.identifier);
    if (isUsed(domain, term.id)) throw conflict(`Glossary term ${term.id} is in use`);
    domain.terms.delete(term.id);
    return {};
  },
};

function owned(call: Call, domain: Domain, id: string): Term {
  const term = call.find(domain.terms, 'Glossary term', id);
  const glossary = call.find(domain.glossaries, 'Glossary', term.glossaryId);
  requireMember(call, domain, glossary.owningProjectId);
  return term;
}

function requireFreeName(domain: Domain, glossaryId: string, name: string): void {
  if (domain.terms.rows(glossaryId).some((term) => term.name === name)) {
    throw conflict(`Glossary ${glossaryId} has a term with the name ${name}`);
  }
}

function requireRelated(call: Call, domain: Domain, relations: Term['termRelations']): void {
  for (const id of relatedTo(relations)) call.find(domain.terms, 'Glossary term', id);
}

function isUsed(domain: Domain, id: string): boolean {
  const isRelated = domain.terms.rows().some((term) => relatedTo(term.termRelations).includes(id));
  return (
    isRelated ||
    domain.assets
      .rows()
      .some((asset) => latest(asset).glossaryTerms?.includes(id) || asset.governedGlossaryTerms.includes(id))
  );
}

function relatedTo(relations: Term['termRelations']): readonly string[] {
  return [...(relations?.isA ?? []), ...(relations?.classifies ?? [])];
}
