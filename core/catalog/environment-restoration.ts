import { withParametersInput, withSetParameters } from './blueprint-shapes';
import { isList, isObject, objects, renamed, requiredText, text, without } from './json';
import type { JsonObject } from './json-value';
import {
  type Changing,
  changed,
  keyOf,
  type Making,
  pick,
  ResourceFailedError,
  type Restoration,
  type RestoreTarget,
  untilDeployed,
} from './restoration';
import { InvalidRequestError } from './source';

const inputNames = {
  projectId: 'projectIdentifier',
  environmentProfileId: 'environmentProfileIdentifier',
  environmentBlueprintId: 'environmentBlueprintIdentifier',
  awsAccountId: 'environmentAccountIdentifier',
  awsAccountRegion: 'environmentAccountRegion',
};

/** What an environment is made from, in the words of the one that tells: it gives the others. */
function origin(wanted: JsonObject): JsonObject {
  if (wanted.environmentProfileId !== undefined) return pick(wanted, 'environmentProfileId');
  const from =
    wanted.environmentConfigurationName === undefined
      ? 'environmentBlueprintId'
      : 'environmentConfigurationName';
  return pick(wanted, from, 'awsAccountId', 'awsAccountRegion');
}

async function create(target: RestoreTarget, { wanted }: Making): Promise<string> {
  return (await madeWithProject(target, wanted)) ?? make(target, wanted);
}

async function make(target: RestoreTarget, wanted: JsonObject): Promise<string> {
  const members = pick(wanted, 'projectId', 'name', 'description', 'userParameters');
  const input = renamed({ ...withParametersInput(members), ...origin(wanted) }, inputNames);
  return requiredText(await target.call('CreateEnvironment', input), 'id');
}

/** The project's profile deploys some environments by itself, and takes its time to name them. */
async function madeWithProject(target: RestoreTarget, wanted: JsonObject): Promise<string | undefined> {
  if (wanted.environmentConfigurationName === undefined) return undefined;
  const projectIdentifier = requiredText(wanted, 'projectId');
  const { name } = wanted;
  const answer = await target.call('ListEnvironments', { projectIdentifier, name });
  const found = objects(answer, 'items').find((item) => item.name === name && item.status !== 'DELETED');
  return found && requiredText(found, 'id');
}

/** Throws `ResourceFailedError`, and `ResourcePendingError` where it takes long. */
async function untilUp(target: RestoreTarget, identifier: string): Promise<void> {
  await untilDeployed(target, `environment ${identifier}`, async () => {
    const { status, lastDeployment } = await target.call('GetEnvironment', { identifier });
    if (status === 'CREATE_FAILED' || status === 'VALIDATION_FAILED') {
      const reason = isObject(lastDeployment) ? lastDeployment.failureReason : undefined;
      const message = isObject(reason) ? text(reason, 'message') : undefined;
      throw new ResourceFailedError(
        `environment ${identifier} is ${status}: ${message ?? 'no reason is told'}`,
      );
    }
    return status !== 'CREATING' && status !== 'UPDATING';
  });
}

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const members = changed(changing, 'name', 'description', 'glossaryTerms', 'userParameters');
  const isUntagged = isList(members.glossaryTerms) && members.glossaryTerms.length === 0;
  const input = isUntagged ? without(members, 'glossaryTerms') : members;
  if (Object.keys(input).length > 0) {
    // One that is being deployed is not changed.
    await untilUp(target, changing.id);
    await target.call('UpdateEnvironment', { identifier: changing.id, ...withParametersInput(input) });
    if (input.userParameters !== undefined) await untilUp(target, changing.id);
  }
  if (isUntagged) {
    throw new InvalidRequestError('no request takes the last glossary term from an environment');
  }
}

export const environmentRestoration: Restoration = {
  operations: {
    create: ['ListEnvironments', 'CreateEnvironment', 'GetEnvironment'],
    update: ['GetEnvironment', 'UpdateEnvironment', 'GetEnvironment'],
  },
  assigned: [
    // Given anew with the project profile; the name of the configuration stays.
    'environmentConfigurationId',
    // Of the blueprint, and of what its deployment made.
    ...['provider', 'provisioningProperties', 'deploymentProperties'],
    ...['provisionedResources', 'environmentActions'],
  ],
  portable: withSetParameters,
  fixed: [
    ...['projectId', 'environmentProfileId', 'environmentBlueprintId', 'environmentConfigurationName'],
    ...['awsAccountId', 'awsAccountRegion'],
  ],
  // Terms belong to glossaries, which are made after environments.
  late: ['glossaryTerms'],
  keyMembers: ['name', 'projectId'],
  key: (record) => keyOf(record, 'name', 'projectId'),
  actsOutside: true,
  // With the project, as its profile says.
  comesByItself: ({ environmentConfigurationName }) => environmentConfigurationName !== undefined,
  create,
  untilUp,
  update,
};
