import type { Call } from '../call';
import { Domain } from '../domain';
import { conflict, invalid } from '../faults';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';
import { seedBlueprints } from './blueprints';
import { seedManagedTypes } from './managed-types';
import { seedDefaultGrants } from './policy-grants';
import { profileOf } from './user-profiles';

export const domains: Handlers = {
  CreateDomain(call, input) {
    const { clientToken: _, tags, ...given } = input;
    requireOwnTags(Object.keys(tags ?? {}));
    const version = input.domainVersion ?? 'V1';
    const role = input.domainExecutionRole;
    if (role === undefined) throw invalid('domainExecutionRole is required');
    if (version === 'V2' && input.serviceRole === undefined) {
      throw invalid('serviceRole is required for a domain of version V2');
    }
    const id = call.newId(version === 'V2' ? 'dzd-' : 'dzd_');
    const { region, accountId, unkind, clock, lags } = call.world;
    const domain = new Domain(
      {
        readyAt: call.readyAt(),
        row: {
          ...given,
          id,
          domainExecutionRole: role,
          domainVersion: version,
          arn: `arn:aws:datazone:${region}:${accountId}:domain/${id}`,
          rootDomainUnitId: call.newId(),
          portalUrl: `https://${id}.${version === 'V2' ? 'sagemaker' : 'datazone'}.${region}.on.aws`,
          status: 'CREATING',
          createdAt: call.now,
          lastUpdatedAt: call.now,
        },
      },
      { clock, random: lags, unkind },
    );
    for (const [key, value] of Object.entries(tags ?? {})) domain.tags.set(key, value);
    call.world.domains.put(id, domain);
    fill(call, domain);
    const about = { typeName: 'DomainEntityType', id };
    call.emit(domain, 'Domain Creation Succeeded', about, {}, call.world.deployMilliseconds);
    return shown(call, domain);
  },

  GetDomain: (call, input) => shown(call, call.domain(input.identifier)),

  UpdateDomain(call, input) {
    const { identifier, clientToken: _, ...changes } = input;
    const domain = call.domain(identifier);
    domain.state = {
      ...domain.state,
      row: { ...domain.state.row, ...present(changes), lastUpdatedAt: call.now },
    };
    return shown(call, domain);
  },

  DeleteDomain(call, input) {
    const domain = call.domain(input.identifier);
    const holdsProjects = domain.projects.entries().length > 0;
    if (holdsProjects && input.skipDeletionCheck !== true) {
      throw conflict(`Domain ${domain.id} still has projects`);
    }
    call.emit(domain, 'Domain Deletion Succeeded', { typeName: 'DomainEntityType', id: domain.id });
    call.world.domains.delete(domain.id);
    return { status: 'DELETED' };
  },

  ListDomains(call, input) {
    const { status } = input;
    const matches = status && ((domain: Domain) => shown(call, domain).status === status);
    const page = call.page(input, { table: call.world.domains, matches }, 25);
    return {
      items: page.rows.map((domain) => ({
        ...shown(call, domain),
        name: domain.state.row.name ?? '',
        arn: domain.state.row.arn ?? '',
        createdAt: domain.state.row.createdAt ?? call.now,
        managedAccountId: call.world.accountId,
      })),
      nextToken: page.nextToken,
    };
  },

  TagResource(call, input) {
    const { tags } = tagged(call, input.resourceArn);
    requireOwnTags(Object.keys(input.tags));
    call.limit(new Set([...tags.keys(), ...Object.keys(input.tags)]).size, 50, 'tags');
    for (const [key, value] of Object.entries(input.tags)) tags.set(key, value);
    return {};
  },

  UntagResource(call, input) {
    const { tags } = tagged(call, input.resourceArn);
    for (const key of input.tagKeys) tags.delete(key);
    return {};
  },

  ListTagsForResource: (call, input) => ({
    tags: Object.fromEntries(tagged(call, input.resourceArn).tags),
  }),
};

/** A domain never starts empty: its creator owns the root unit, and AWS's own types and blueprints are there. */
function fill(call: Call, domain: Domain): void {
  const creator = profileOf(call, domain, call.caller.principalArn);
  domain.units.put(domain.rootUnitId, {
    id: domain.rootUnitId,
    domainId: domain.id,
    name: domain.state.row.name ?? '',
    owners: [],
    createdAt: call.now,
    createdBy: creator,
    lastUpdatedAt: call.now,
    lastUpdatedBy: creator,
  });
  domain.owners.put(`${domain.rootUnitId}/${creator}`, {
    unitId: domain.rootUnitId,
    kind: 'user',
    principalId: creator,
  });
  seedDefaultGrants(call, domain);
  seedBlueprints(call, domain);
  seedManagedTypes(call, domain);
}

function shown(call: Call, domain: Domain): Answer<'GetDomain'> {
  const { row, readyAt } = domain.state;
  const status = call.isReady(readyAt) ? 'AVAILABLE' : 'CREATING';
  return { ...row, status, tags: Object.fromEntries(domain.tags) };
}

/** @throws Fault `ValidationException` for tags that only AWS's own services set. */
function requireOwnTags(keys: readonly string[]): void {
  const reserved = keys.find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) throw invalid(`The tag ${reserved} is reserved for AWS`);
}

function tagged(call: Call, arn: string): Domain {
  const id = /^arn:aws[^:]*:datazone:[^:]+:\d{12}:domain\/(.+)$/.exec(arn)?.[1];
  if (id === undefined) throw invalid(`${arn} is not the ARN of a domain`);
  return call.domain(id);
}
