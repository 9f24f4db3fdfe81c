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
