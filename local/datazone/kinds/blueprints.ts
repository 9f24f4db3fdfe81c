import type { Call } from '../call';
import type { Blueprint, Domain } from '../domain';
import { conflict, invalid } from '../faults';
import type { Handlers } from '../operations';
import { present } from '../present';

/** The blueprints that AWS supplies, by domain version. */
const managedBlueprints = {
  V1: ['DefaultDataLake', 'DefaultDataWarehouse'],
  V2: [
    'Tooling',
    'LakehouseCatalog',
    'DataLake',
    'RedshiftServerless',
    'EmrServerless',
    'Workflows',
    'MLExperiments',
  ],
} as const;

export const blueprints: Handlers = {
  CreateEnvironmentBlueprint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (domain.blueprints.rows().some(({ name }) => name === input.name)) {
      throw conflict(`An environment blueprint with the name ${input.name} exists`);
    }
    const { domainIdentifier: _, ...given } = input;
    const id = call.newId();
    const times = { createdAt: call.now, updatedAt: call.now };
    const blueprint: Blueprint = { ...given, ...times, id, provider: 'Custom', managed: false };
    domain.blueprints.put(id, blueprint);
    return blueprint;
  },

  GetEnvironmentBlueprint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.blueprints, 'Environment blueprint', input.identifier);
  },

  ListEnvironmentBlueprints(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { name, managed } = input;
    const page = call.page(input, {
      table: domain.blueprints,
      matches: (blueprint) =>
        (name === undefined || blueprint.name === name) &&
        (managed === undefined || blueprint.managed === managed),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateEnvironmentBlueprint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const blueprint = custom(call, domain, input.identifier);
    const { domainIdentifier: _, identifier: __, ...changes } = input;
    const updated: Blueprint = { ...blueprint, ...present(changes), updatedAt: call.now };
    domain.blueprints.put(blueprint.id, updated);
    return updated;
  },

  DeleteEnvironmentBlueprint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = custom(call, domain, input.identifier);
    if (isUsed(domain, id)) throw conflict(`Environment blueprint ${id} is in use`);
    domain.blueprints.delete(id);
    return {};
  },
};

/** Managed blueprints have the same names in every domain, but ids of their own in each. */
export function seedBlueprints(call: Call, domain: Domain): void {
  for (const name of managedBlueprints[domain.isV2 ? 'V2' : 'V1']) {
    const id = call.newId();
    domain.blueprints.put(id, {
      id,
      name,
      managed: true,
      description: `Blueprint ${name}, supplied by AWS`,
      provider: 'Amazon DataZone',
      provisioningProperties: {
        cloudFormation: { templateUrl: `https://datazone-blueprints.s3.amazonaws.com/${name}.yaml` },
      },
      deploymentProperties: { startTimeoutMinutes: 60, endTimeoutMinutes: 60 },
      userParameters: [],
      createdAt: call.now,
      updatedAt: call.now,
    });
  }
}

/** @throws Fault `ValidationException` for a blueprint that AWS supplies. */
function custom(call: Call, domain: Domain, id: string): Blueprint {
  const blueprint = call.find(domain.blueprints, 'Environment blueprint', id);
  if (blueprint.managed) throw invalid(`Environment blueprint ${id} belongs to AWS`);
  return blueprint;
}

function isUsed(domain: Domain, id: string): boolean {
  return (
    domain.blueprintConfigurations.has(id) ||
    domain.environmentProfiles.rows().some((profile) => profile.environmentBlueprintId === id) ||
    domain.environments.rows().some(({ row }) => row.environmentBlueprintId === id) ||
    domain.projectProfiles
      .rows()
      .some(({ environmentConfigurations = [] }) =>
        environmentConfigurations.some((it) => it.environmentBlueprintId === id),
      )
  );
}
