import type { Call } from '../call';
import type { Domain } from '../domain';
import { notFound } from '../faults';
import type { Handlers } from '../operations';

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
  ListEnvironmentBlueprints(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { name, managed } = input;
    const page = call.page(input, {
      table: domain.blueprints,
      matches: (blueprint) => (name === undefined || blueprint.name === name) && managed !== false,
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  GetEnvironmentBlueprint(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.blueprints, 'Environment blueprint', input.identifier);
  },

  PutEnvironmentBlueprintConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    // Global parameters can be written, but nothing ever reads them back.
    const { domainIdentifier: _, globalParameters: __, environmentBlueprintIdentifier, ...given } = input;
    const { id } = call.find(domain.blueprints, 'Environment blueprint', environmentBlueprintIdentifier);
    const configuration = {
      ...given,
      domainId: domain.id,
      environmentBlueprintId: id,
      createdAt: domain.blueprintConfigurations.get(id)?.createdAt ?? call.now,
      updatedAt: call.now,
    };
    domain.blueprintConfigurations.put(id, configuration);
    return configuration;
  },

  GetEnvironmentBlueprintConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const id = input.environmentBlueprintIdentifier;
    const configuration = domain.blueprintConfigurations.get(id);
    if (!configuration) throw notFound('Configuration of environment blueprint', id);
    return configuration;
  },

  ListEnvironmentBlueprintConfigurations(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const page = call.page(input, { table: domain.blueprintConfigurations });
    return { items: [...page.rows], nextToken: page.nextToken };
  },
};

/** Managed blueprints have the same names in every domain, but ids of their own in each. */
export function seedBlueprints(call: Call, domain: Domain): void {
  for (const name of managedBlueprints[domain.isV2 ? 'V2' : 'V1']) {
    const id = call.newId();
    domain.blueprints.put(id, {
      id,
      name,
      description: `Blueprint ${name}, supplied by AWS`,
      provider: 'Amazon DataZone',
      provisioningProperties: {
        cloudFormation: { templateUrl: `https://datazone-blueprints.s3.amazonaws.com/${name}.yaml` },
      },
      userParameters: [],
      createdAt: call.now,
      updatedAt: call.now,
    });
  }
}
