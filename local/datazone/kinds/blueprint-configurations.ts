import { notFound } from '../faults';
import type { Handlers } from '../operations';

export const blueprintConfigurations: Handlers = {
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

  /** It declares no error for one that is not there. */
  DeleteEnvironmentBlueprintConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    domain.blueprintConfigurations.delete(input.environmentBlueprintIdentifier);
    return {};
  },
};
