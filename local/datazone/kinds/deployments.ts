import type { Call } from '../call';
import type { Deployed, Domain } from '../domain';
import type { Answer } from '../operations';
import { readParameters } from './environment-parameters';

type Environment = Answer<'GetEnvironment'>;
type Plan = Pick<Environment, 'projectId' | 'name'> & Partial<Environment>;

/** Brings up the environments that a project gets from its profile when it is created. */
export function deployProfile(
  call: Call,
  domain: Domain,
  projectId: string,
  profileId: string | undefined,
): void {
  const profile = profileId === undefined ? undefined : domain.projectProfiles.get(profileId);
  const configurations = (profile?.environmentConfigurations ?? [])
    .filter(({ deploymentMode }) => deploymentMode !== 'ON_DEMAND')
    .sort((a, b) => (a.deploymentOrder ?? 0) - (b.deploymentOrder ?? 0));
  const chosen = domain.projects.get(projectId)?.userParameters ?? [];
  for (const configuration of configurations) {
    const given = chosen.find((it) => it.environmentConfigurationName === configuration.name);
    const parameters = [
      ...(configuration.configurationParameters?.parameterOverrides ?? []),
      ...(given?.environmentParameters ?? []),
    ];
    const account = given?.environmentResolvedAccount;
    deploy(call, domain, {
      projectId,
      name: configuration.name,
      description: configuration.description,
      environmentBlueprintId: configuration.environmentBlueprintId,
      environmentConfigurationId: configuration.id,
      environmentConfigurationName: configuration.name,
      awsAccountId: account?.awsAccountId ?? configuration.awsAccount?.awsAccountId,
      awsAccountRegion: account?.regionName ?? configuration.awsRegion?.regionName,
      // What the project chose comes after what its profile says.
      userParameters: readParameters([...new Map(parameters.map((it) => [it.name, it])).values()]),
    });
  }
}

/** Makes an environment, which then takes its time to come up. */
export function deploy(call: Call, domain: Domain, plan: Plan): Environment {
  const blueprint = domain.blueprints.get(plan.environmentBlueprintId ?? '');
  return start(call, domain, 'CREATE', {
    ...plan,
    id: call.newId(),
    domainId: domain.id,
    provider: blueprint?.provider ?? '',
    awsAccountId: plan.awsAccountId ?? call.world.accountId,
    awsAccountRegion: plan.awsAccountRegion ?? call.world.region,
    provisioningProperties: blueprint?.provisioningProperties,
    deploymentProperties: blueprint?.deploymentProperties,
    provisionedResources: [],
    environmentActions: [],
    createdBy: call.author(domain),
    createdAt: call.now,
    updatedAt: call.now,
  });
}

/** Brings an environment into a new state, with the resources that it has. */
export function redeploy(call: Call, domain: Domain, environment: Environment): Environment {
  return start(call, domain, 'UPDATE', { ...environment, provisionedResources: resourcesOf(environment) });
}

/** An environment as it is by now. */
export function shown(call: Call, { row, readyAt }: Deployed<Environment>): Environment {
  if (!call.isReady(readyAt)) return row;
  return {
    ...row,
    status: 'ACTIVE',
    provisionedResources: resourcesOf(row),
    lastDeployment: { ...row.lastDeployment, deploymentStatus: 'SUCCESSFUL', isDeploymentComplete: true },
  };
}

function start(
  call: Call,
  domain: Domain,
  deploymentType: 'CREATE' | 'UPDATE',
  environment: Environment,
): Environment {
  const { id = '', projectId: owningProjectId } = environment;
  const started: Deployed<Environment> = {
    readyAt: call.readyAt(),
    row: {
      ...environment,
      status: deploymentType === 'CREATE' ? 'CREATING' : 'UPDATING',
      lastDeployment: {
        deploymentId: call.newId(),
        deploymentType,
        deploymentStatus: 'IN_PROGRESS',
        messages: [],
        isDeploymentComplete: false,
      },
    },
  };
  domain.environments.put(id, started);
  const about = { typeName: 'EnvironmentEntityType', id, owningProjectId };
  call.emit(domain, 'Environment Deployment Started', about);
  call.emit(domain, 'Environment Deployment Completed', about, {}, call.world.deployMilliseconds);
  return shown(call, started);
}

/** What is there once an environment is up. */
function resourcesOf({
  id,
  provider,
  awsAccountId,
  awsAccountRegion,
}: Environment): NonNullable<Environment['provisionedResources']> {
  const value = `arn:aws:cloudformation:${awsAccountRegion}:${awsAccountId}:stack/DataZone-Env-${id}`;
  return [{ name: 'environmentStack', type: 'AWS::CloudFormation::Stack', provider, value }];
}
