import {
  GetAccountPoolCommand,
  GetConnectionCommand,
  GetDataSourceCommand,
  GetEnvironmentActionCommand,
  GetEnvironmentBlueprintCommand,
  GetEnvironmentBlueprintConfigurationCommand,
  GetEnvironmentCommand,
  GetEnvironmentProfileCommand,
  GetNotebookCommand,
  GetProjectProfileCommand,
  GetSubscriptionTargetCommand,
  paginateListAccountPools,
  paginateListConnections,
  paginateListDataSources,
  paginateListEnvironmentActions,
  paginateListEnvironmentBlueprintConfigurations,
  paginateListEnvironmentBlueprints,
  paginateListEnvironmentProfiles,
  paginateListNotebooks,
  paginateListProjectProfiles,
  paginateListSubscriptionTargets,
} from '@aws-sdk/client-datazone';
import type { Walks } from '../walk';
import { joined } from '../walker';

/** What projects are made from and compute with. */
export const compute: Walks = {
  projectProfile: async (walker) =>
    walker.each(await walker.items(paginateListProjectProfiles(walker, walker.input)), ({ id }) =>
      walker.inDomain(id, new GetProjectProfileCommand(walker.named(id))),
    ),

  accountPool: async (walker) =>
    walker.each(await walker.items(paginateListAccountPools(walker, walker.input)), ({ id }) =>
      walker.inDomain(id, new GetAccountPoolCommand(walker.named(id))),
    ),

  environmentBlueprint: async (walker) =>
    walker.each([true, false], async (managed) => {
      const pages = paginateListEnvironmentBlueprints(walker, { ...walker.input, managed });
      return walker.each(await walker.items(pages), ({ id }) =>
        walker.inDomain(id, new GetEnvironmentBlueprintCommand(walker.named(id))),
      );
    }),

  environmentBlueprintConfiguration: async (walker) => {
    const pages = paginateListEnvironmentBlueprintConfigurations(walker, walker.input);
    return walker.each(await walker.items(pages), ({ environmentBlueprintId: id }) =>
      walker.inDomain(
        id,
        new GetEnvironmentBlueprintConfigurationCommand({
          ...walker.input,
          environmentBlueprintIdentifier: String(id),
        }),
      ),
    );
  },

  environmentProfile: async (walker) =>
    walker.each(await walker.items(paginateListEnvironmentProfiles(walker, walker.input)), ({ id }) =>
      walker.inDomain(id, new GetEnvironmentProfileCommand(walker.named(id))),
    ),

  environment: async (walker) =>
    walker.each(await walker.environments(), ({ id, projectId }) =>
      walker.inProject(id, projectId, new GetEnvironmentCommand(walker.named(id))),
    ),

  environmentAction: async (walker) =>
    walker.each(await walker.environments(), async ({ id: environment, projectId }) => {
      const input = { ...walker.input, environmentIdentifier: String(environment) };
      const actions = await walker.items(paginateListEnvironmentActions(walker, input));
      return walker.each(actions, ({ id }) =>
        walker.inProject(
          joined(environment, id),
          projectId,
          new GetEnvironmentActionCommand({ ...input, identifier: String(id) }),
        ),
      );
    }),

  subscriptionTarget: async (walker) =>
    walker.each(await walker.environments(), async ({ id: environment, projectId }) => {
      const input = { ...walker.input, environmentIdentifier: String(environment) };
      const targets = await walker.items(paginateListSubscriptionTargets(walker, input));
      return walker.each(targets, ({ id }) =>
        walker.inProject(
          joined(environment, id),
          projectId,
          new GetSubscriptionTargetCommand({ ...input, identifier: String(id) }),
        ),
      );
    }),

  connection: (walker) =>
    walker.inProjects(async (projectIdentifier) => {
      const pages = paginateListConnections(walker, { ...walker.input, projectIdentifier });
      const own = (await walker.items(pages)).filter(({ scope }) => scope !== 'DOMAIN');
      return walker.each(own, ({ connectionId: id }) =>
        walker.inProject(id, projectIdentifier, new GetConnectionCommand(walker.named(id))),
      );
    }),

  domainConnection: async (walker) =>
    walker.each(
      await walker.items(paginateListConnections(walker, { ...walker.input, scope: 'DOMAIN' })),
      ({ connectionId: id }) => walker.inDomain(id, new GetConnectionCommand(walker.named(id))),
    ),

  dataSource: (walker) =>
    walker.inProjects(async (projectIdentifier) => {
      const pages = paginateListDataSources(walker, { ...walker.input, projectIdentifier });
      return walker.each(await walker.items(pages), ({ dataSourceId: id }) =>
        walker.inProject(id, projectIdentifier, new GetDataSourceCommand(walker.named(id))),
      );
    }),

  notebook: (walker) =>
    walker.inProjects((owningProjectIdentifier) =>
      walker.each(['ACTIVE', 'ARCHIVED'] as const, async (status) => {
        const input = { ...walker.input, owningProjectIdentifier, status };
        return walker.each(await walker.items(paginateListNotebooks(walker, input)), ({ id }) =>
          walker.inProject(id, owningProjectIdentifier, new GetNotebookCommand(walker.named(id))),
        );
      }),
    ),
};
