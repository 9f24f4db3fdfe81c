import { publishedRates, unpublishedRate } from '../catalog/pace';
import { restoreOperations } from './operations';

/** What AWS publishes (quotas of the DataZone user guide), where it is not the highest rate that any operation has. */
const slower: Readonly<Partial<Record<keyof typeof restoreOperations, number>>> = {
  AcceptSubscriptionRequest: 3,
  CancelSubscription: 3,
  CreateEnvironment: 3,
  CreateEnvironmentProfile: 8,
  CreateGlossary: 5,
  CreateProject: 3,
  CreateProjectMembership: 3,
  CreateProjectProfile: 3,
  CreateSubscriptionGrant: 3,
  CreateSubscriptionRequest: 3,
  DeleteProjectMembership: 3,
  PutEnvironmentBlueprintConfiguration: 10,
  RejectSubscriptionRequest: 3,
  RevokeSubscription: 3,
  UpdateDomain: 8,
  UpdateEnvironment: 3,
  UpdateProject: 3,
  UpdateProjectProfile: 3,
  UpdateSubscriptionRequest: 3,
  UpdateSubscriptionTarget: 3,
};

/** Calls per second that AWS lets an account make in a Region, of every operation that a restore may send. */
export const restoreRates: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.keys(restoreOperations).map((operation) => [operation, unpublishedRate])),
  ...publishedRates,
  ...slower,
};
