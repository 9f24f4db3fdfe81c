import { type AssetType, latest } from '../domain';
import { conflict, invalid } from '../faults';
import { requireMember } from '../membership';
import type { Handlers } from '../operations';
import { referredType, requireSameOwner, revisionOf } from './form-types';
import { isManaged } from './managed-types';

export const assetTypes: Handlers = {
  CreateAssetType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    if (isManaged(input.name)) throw invalid(`The namespace of ${input.name} belongs to AWS`);
    const forms = Object.entries(input.formsInput).map(
      ([form, { typeIdentifier, typeRevision, required }]) => {
        const type = referredType(call, domain.formTypes, typeIdentifier);
        revisionOf(type, 'Form type', typeIdentifier, typeRevision);
        if (latest(type).status !== 'ENABLED') throw invalid(`Form type ${typeIdentifier} is not ENABLED`);
        return [form, { typeName: typeIdentifier, typeRevision, required: required ?? false }] as const;
      },
    );
    const known = domain.assetTypes.get(input.name);
    requireSameOwner(known, project.id);
    const author = call.author(domain);
    const [first] = known?.revisions ?? [];
    const type: AssetType = {
      domainId: domain.id,
      name: input.name,
      revision: String((known?.revisions.length ?? 0) + 1),
      description: input.description,
      formsOutput: Object.fromEntries(forms),
      owningProjectId: project.id,
      originDomainId: domain.id,
      originProjectId: project.id,
      createdAt: first?.createdAt ?? call.now,
      createdBy: first?.createdBy ?? author,
      updatedAt: call.now,
      updatedBy: author,
    };
    domain.assetTypes.put(type.name, { revisions: [...(known?.revisions ?? []), type] });
    return type;
  },

  GetAssetType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const found = call.find(domain.assetTypes, 'Asset type', input.identifier);
    return revisionOf(found, 'Asset type', input.identifier, input.revision);
  },

  DeleteAssetType(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const type = latest(call.find(domain.assetTypes, 'Asset type', input.identifier));
    if (isManaged(type.name)) throw invalid(`Asset type ${type.name} belongs to AWS`);
    requireMember(call, domain, type.owningProjectId);
    if ((domain.assetsOfType.get(type.name) ?? 0) > 0) throw conflict(`Asset type ${type.name} is in use`);
    domain.assetTypes.delete(type.name);
    return {};
  },
};
