import type { Call } from '../call';
import { type Asset, type AssetRevision, type AssetType, type Domain, latest } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { referredType, revisionOf } from './form-types';

/** The prefix, spelled as AWS spells it, that turns an identifier into an external one. */
const externalPrefix = 'externalIdentifer/';

type FormsInput = Given<'CreateAsset'>['formsInput'];
type FormsOutput = AssetRevision['formsOutput'];

export const assets: Handlers = {
  CreateAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    const { externalIdentifier } = input;
    if (externalIdentifier !== undefined && domain.externalIdentifiers.has(externalIdentifier)) {
      throw conflict(`An asset with the external identifier ${externalIdentifier} exists`);
    }
    const type = typeOf(call, domain, input.typeIdentifier, input.typeRevision);
    const author = call.author(domain);
    const revision: AssetRevision = {
      id: call.newId(),
      domainId: domain.id,
      owningProjectId: project.id,
      name: input.name,
      typeIdentifier: type.name,
      typeRevision: type.revision,
      externalIdentifier,
      revision: '1',
      description: input.description,
      createdAt: call.now,
      createdBy: author,
      firstRevisionCreatedAt: call.now,
      firstRevisionCreatedBy: author,
      glossaryTerms: checkedTerms(call, domain, input.glossaryTerms),
      formsOutput: checkedForms(call, domain, type, input.formsInput),
    };
    const asset: Asset = { revisions: [revision], governedGlossaryTerms: [], listingId: undefined };
    domain.assets.put(revision.id, asset);
    domain.assetsOfType.set(type.name, (domain.assetsOfType.get(type.name) ?? 0) + 1);
    if (externalIdentifier !== undefined) domain.externalIdentifiers.set(externalIdentifier, revision.id);
    announce(call, domain, 'Asset Added To Inventory', revision);
    return { ...shown(domain, asset), predictionConfiguration: input.predictionConfiguration };
  },

  CreateAssetRevision(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = call.find(domain.assets, 'Asset', input.identifier);
    const before = latest(asset);
    requireMember(call, domain, before.owningProjectId);
    const type = typeOf(call, domain, before.typeIdentifier, input.typeRevision ?? before.typeRevision);
    const revision: AssetRevision = {
      ...before,
      name: input.name,
      typeRevision: type.revision,
      revision: String(asset.revisions.length + 1),
      description: input.description,
      createdAt: call.now,
      createdBy: call.author(domain),
      glossaryTerms: checkedTerms(call, domain, input.glossaryTerms),
      formsOutput: checkedForms(call, domain, type, input.formsInput),
    };
    const revised: Asset = { ...asset, revisions: [...asset.revisions, revision] };
    domain.assets.put(before.id, revised);
    announce(call, domain, 'New Asset Version Available', revision);
    return { ...shown(domain, revised), predictionConfiguration: input.predictionConfiguration };
  },

  GetAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = readable(call, domain, input.identifier);
    return shown(domain, asset, revisionOf(asset, 'Asset', input.identifier, input.revision));
  },

  DeleteAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = call.find(domain.assets, 'Asset', input.identifier);
    const { id, owningProjectId, typeIdentifier, externalIdentifier } = latest(asset);
    requireMember(call, domain, owningProjectId);
    if (asset.listingId !== undefined && domain.listings.get(asset.listingId)?.status === 'ACTIVE') {
      throw conflict(`Asset ${id} is published`);
    }
    domain.assets.delete(id);
    domain.assetsOfType.set(typeIdentifier, (domain.assetsOfType.get(typeIdentifier) ?? 1) - 1);
    if (externalIdentifier !== undefined) domain.externalIdentifiers.delete(externalIdentifier);
    return {};
  },

  ListAssetRevisions(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { revisions } = readable(call, domain, input.identifier);
    const newestFirst = revisions.toReversed();
    const start = input.nextToken === undefined ? 0 : startAt(input.nextToken, newestFirst);
    const end = start + (input.maxResults ?? 50);
    return {
      items: newestFirst.slice(start, end).map(({ domainId, id, revision, createdBy, createdAt }) => ({
        domainId,
        id,
        revision,
        createdBy,
        createdAt,
      })),
      nextToken: newestFirst[end] && `before-${newestFirst[end - 1]?.revision}`,
    };
  },
};

/** An asset as GetAsset shows it: one revision of it, and what changes without a revision. */
export function shown(domain: Domain, asset: Asset, revision = latest(asset)): Answer<'GetAsset'> {
  const listing = asset.listingId === undefined ? undefined : domain.listings.get(asset.listingId);
  return {
    ...revision,
    ...(asset.governedGlossaryTerms.length > 0
      ? { governedGlossaryTerms: [...asset.governedGlossaryTerms] }
      : {}),
    ...(listing ? { listing: { listingId: listing.id, listingStatus: listing.status ?? 'ACTIVE' } } : {}),
  };
}

function readable(call: Call, domain: Domain, identifier: string): Asset {
  const asset = call.find(domain.assets, 'Asset', assetId(domain, identifier));
  requireMember(call, domain, latest(asset).owningProjectId);
  return asset;
}

function assetId(domain: Domain, identifier: string): string {
  if (!identifier.startsWith(externalPrefix)) return identifier;
  const id = domain.externalIdentifiers.get(identifier.slice(externalPrefix.length));
  if (id === undefined) throw notFound('Asset', identifier);
  return id;
}

function typeOf(call: Call, domain: Domain, name: string, revision: string | undefined): AssetType {
  return revisionOf(referredType(call, domain.assetTypes, name), 'Asset type', name, revision);
}

function checkedTerms(call: Call, domain: Domain, terms: string[] | undefined): string[] | undefined {
  for (const id of terms ?? []) call.find(domain.terms, 'Glossary term', id);
  return terms;
}

function checkedForms(call: Call, domain: Domain, type: AssetType, input: FormsInput = []): FormsOutput {
  const names = input.map((form) => form.formName);
  if (new Set(names).size < names.length) throw invalid('A form name occurs more than once');
  for (const [name, { required }] of Object.entries(type.formsOutput)) {
    if (required && !names.includes(name)) throw invalid(`Asset type ${type.name} requires the form ${name}`);
  }
  return input.map(({ formName, typeIdentifier, typeRevision, content }) => {
    const entry = type.formsOutput[formName];
    const typeName = typeIdentifier ?? entry?.typeName;
    if (typeName === undefined) throw invalid(`Form ${formName} needs a typeIdentifier`);
    if (entry && entry.typeName !== typeName)
      throw invalid(`Form ${formName} must be of type ${entry.typeName}`);
    const formType = referredType(call, domain.formTypes, typeName);
    const { revision } = revisionOf(formType, 'Form type', typeName, typeRevision);
    requireJson(formName, content);
    return { formName, typeName, typeRevision: revision, content };
  });
}

function requireJson(formName: string, content: string | undefined): void {
  if (content === undefined) return;
  try {
    const json: unknown = JSON.parse(content);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return;
  } catch {
    // Falls through to the same refusal: text that is no JSON is no JSON object.
  }
  throw invalid(`The content of form ${formName} is not a JSON object`);
}

function announce(call: Call, domain: Domain, detailType: string, asset: AssetRevision): void {
  const { id, name, revision, owningProjectId, typeIdentifier } = asset;
  call.emit(
    domain,
    detailType,
    { typeName: 'AssetEntityType', id, version: revision, owningProjectId },
    { assetId: id, name, typeName: typeIdentifier },
  );
}

/** Revisions come newest first; the cursor names the last one given, and new ones do not move it. */
function startAt(nextToken: string, newestFirst: readonly AssetRevision[]): number {
  const last = /^before-(\d+)$/.exec(nextToken)?.[1];
  const index = newestFirst.findIndex(({ revision }) => revision === last);
  if (index < 0) throw invalid('Invalid nextToken');
  return index + 1;
}
