import type { Call } from '../call';
import { type Domain, type FormType, latest, type Revised } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Handlers } from '../operations';
import { isManaged } from './managed-types';

export const formTypes: Handlers = {
  CreateFormType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    if (isManaged(input.name)) throw invalid(`The namespace of ${input.name} belongs to AWS`);
    if (!new RegExp(`\\bstructure\\s+${input.name}\\b`).test(input.model.smithy ?? '')) {
      throw invalid(`The model has no structure with the name ${input.name}`);
    }
    const known = domain.formTypes.get(input.name);
    requireSameOwner(known, project.id);
    const type: FormType = {
      domainId: domain.id,
      name: input.name,
      revision: String((known?.revisions.length ?? 0) + 1),
      model: input.model,
      owningProjectId: project.id,
      originDomainId: domain.id,
      originProjectId: project.id,
      status: input.status ?? 'DISABLED',
      createdAt: call.now,
      createdBy: call.author(domain),
      description: input.description,
    };
    domain.formTypes.put(type.name, { revisions: [...(known?.revisions ?? []), type] });
    return type;
  },

  GetFormType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const found = call.find(domain.formTypes, 'Form type', input.formTypeIdentifier);
    return revisionOf(found, 'Form type', input.formTypeIdentifier, input.revision);
  },

  DeleteFormType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const type = latest(call.find(domain.formTypes, 'Form type', input.formTypeIdentifier));
    if (isManaged(type.name)) throw invalid(`Form type ${type.name} belongs to AWS`);
    requireMember(call, domain, type.owningProjectId ?? '');
    if (type.status !== 'DISABLED') throw conflict(`Form type ${type.name} is not DISABLED`);
    if (isUsed(domain, type.name)) throw conflict(`Form type ${type.name} is in use`);
    domain.formTypes.delete(type.name);
    return {};
  },
};

/** One revision, the latest by default. @throws Fault `ResourceNotFoundException` */
export function revisionOf<R extends { readonly revision: string }>(
  revised: Revised<R>,
  what: string,
  id: string,
  revision: string | undefined,
): R {
  if (revision === undefined) return latest(revised);
  const found = revised.revisions.find((it) => it.revision === revision);
  if (!found) throw notFound(what, `${id} of revision ${revision}`);
  return found;
}

/** A type by name. @throws Fault `ValidationException`: the operations that refer to types know no other error. */
export function referredType<R extends object>(
  call: Call,
  types: { get(id: string): R | undefined },
  name: string,
): R {
  const type = types.get(name);
  if (!type) throw invalid(`${call.operation}: type ${name} does not exist`);
  return type;
}

/** @throws Fault `ConflictException` where a type of the same name belongs to another project. */
export function requireSameOwner(
  known: Revised<{ readonly owningProjectId?: string | undefined; readonly name: string }> | undefined,
  projectId: string,
): void {
  if (known && latest(known).owningProjectId !== projectId) {
    throw conflict(`A type with the name ${latest(known).name} belongs to another project`);
  }
}

function isUsed(domain: Domain, name: string): boolean {
  const inType = domain.assetTypes
    .rows()
    .some((type) => Object.values(latest(type).formsOutput).some((form) => form.typeName === name));
  return (
    inType || domain.assets.rows().some((asset) => latest(asset).formsOutput.some((f) => f.typeName === name))
  );
}
