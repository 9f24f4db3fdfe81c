import { objects } from './json';
import type { JsonObject } from './json-value';
import { setBy, structure, union, values } from './shape';

/** Parameters as blueprints, environment profiles and environments show them: each stands under its name. */
export const userParameters = setBy(
  'keyName',
  structure(
    values(
      'keyName',
      'description',
      'fieldType',
      'defaultValue',
      'isEditable',
      'isOptional',
      'isUpdateSupported',
    ),
  ),
);

/** What an environment is made from. */
export const provisioningProperties = union({ cloudFormation: structure(values('templateUrl')) });

export const deploymentProperties = structure(values('startTimeoutMinutes', 'endTimeoutMinutes'));

/**
 * A record whose parameters are those that people set, each with its value: the blueprint describes them, and gives
 * those that nobody may set.
 */
export function withSetParameters(record: JsonObject): JsonObject {
  return {
    ...record,
    userParameters: objects(record, 'userParameters')
      .filter(({ isEditable, defaultValue }) => isEditable !== false && defaultValue !== undefined)
      .map(({ keyName = null, defaultValue = null }) => ({ keyName, defaultValue })),
  };
}

/** Members with their parameters, if these are among them, as what makes or changes something takes parameters. */
export function withParametersInput(members: JsonObject): JsonObject {
  if (members.userParameters === undefined) return members;
  const userParameters = objects(members, 'userParameters').map(
    ({ keyName = null, defaultValue = null }) => ({
      name: keyName,
      value: defaultValue,
    }),
  );
  return { ...members, userParameters };
}
