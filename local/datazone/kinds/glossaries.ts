import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';

type Glossary = Answer<'GetGlossary'>;

export const glossaries: Handlers = {
  CreateGlossary(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    requireFreeName(domain, input.name);
    const author = call.author(domain);
    const id = call.newId();
    const glossary: Glossary = {
      domainId: domain.id,
      id,
      owningProjectId: project.id,
      name: input.name,
      description: input.description,
      status: input.status ?? 'DISABLED',
      usageRestrictions: input.usageRestrictions,
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      updatedBy: author,
    };
    domain.glossaries.put(id, glossary);
    return glossary;
  },

  GetGlossary(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.glossaries, 'Glossary', input.identifier);
  },

  UpdateGlossary(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const glossary = owned(call, domain, input.identifier);
    if (input.name !== undefined && input.name !== glossary.name) requireFreeName(domain, input.name);
    const { name, description, status } = input;
    const updated: Glossary = {
      ...glossary,
      ...present({ name, description, status }),
      updatedAt: call.now,
      updatedBy: call.author(domain),
    };
    domain.glossaries.put(glossary.id, updated);
    return updated;
  },

  DeleteGlossary(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const glossary = owned(call, domain, input.identifier);
    if (glossary.status !== 'DISABLED') throw conflict(`Glossary ${glossary.id} is not DISABLED`);
    if (domain.terms.entries(glossary.id).length > 0)
      throw conflict(`Glossary ${glossary.id} still has terms`);
    domain.glossaries.delete(glossary.id);
    return {};
  },
};

function owned(call: Call, domain: Domain, id: string): Glossary {
  const glossary = call.find(domain.glossaries, 'Glossary', id);
  requireMember(call, domain, glossary.owningProjectId);
  return glossary;
}

function requireFreeName(domain: Domain, name: string): void {
  if (domain.glossaries.rows().some((glossary) => glossary.name === name)) {
    throw conflict(`A glossary with the name ${name} exists`);
  }
}
