import type { Call } from '../call';
import type { Domain } from '../domain';
import { invalid, notPermitted } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';
import { sortedByTime } from './sorted-by-time';

type Notebook = Answer<'GetNotebook'>;

export const notebooks: Handlers = {
  CreateNotebook(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (!domain.isV2) throw invalid('Notebooks need a domain of version V2');
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    const author = call.author(domain);
    const id = call.newId();
    const notebook: Notebook = {
      id,
      domainId: domain.id,
      owningProjectId: project.id,
      name: input.name,
      description: input.description,
      status: 'ACTIVE',
      cellOrder: [],
      metadata: input.metadata,
      parameters: input.parameters,
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      updatedBy: author,
    };
    domain.notebooks.put(id, notebook);
    return notebook;
  },

  GetNotebook: (call, input) => owned(call, call.domain(input.domainIdentifier), input.identifier),

  UpdateNotebook(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const notebook = owned(call, domain, input.identifier);
    const { name, description, status, cellOrder, metadata, parameters, environmentConfiguration } = input;
    const updated: Notebook = {
      ...notebook,
      ...present({ name, description, status, cellOrder, metadata, parameters, environmentConfiguration }),
      updatedAt: call.now,
      updatedBy: call.author(domain),
    };
    domain.notebooks.put(notebook.id, updated);
    return updated;
  },

  DeleteNotebook(call, input) {
    const domain = call.domain(input.domainIdentifier);
    domain.notebooks.delete(owned(call, domain, input.identifier).id);
    return {};
  },

  /** AWS does not say what the list gives where no status is asked for: here the less that a caller may get. */
  ListNotebooks(call, input) {
    const domain = call.domain(input.domainIdentifier);
    // The operation knows no ResourceNotFoundException.
    if (!domain.projects.has(input.owningProjectIdentifier)) throw notPermitted(call.operation);
    requireMember(call, domain, input.owningProjectIdentifier);
    const status = input.status ?? 'ACTIVE';
    const page = call.page(input, {
      table: domain.notebooks,
      group: input.owningProjectIdentifier,
      matches: (notebook) => notebook.status === status,
      sort: sortedByTime<Notebook>(input),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },
};

function owned(call: Call, domain: Domain, id: string): Notebook {
  const notebook = call.find(domain.notebooks, 'Notebook', id);
  requireMember(call, domain, notebook.owningProjectId);
  return notebook;
}
