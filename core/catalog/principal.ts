import { isObject, text } from './json';
import type { Json, JsonObject, Reference } from './kind';
import { referenceAt } from './references';
import { structure, union, values } from './shape';
import { InvalidRequestError } from './source';

/** A user or a group, as the lists of owners and members name them. */
export const principal = union({
  user: structure(values('userId')),
  group: structure(values('groupId')),
});

/** The profile's id; what AWS may let own or join one day is told apart by all that is said of it. */
export function principalId({ user, group, ...others }: JsonObject): string {
  return (
    (isObject(user) ? text(user, 'userId') : undefined) ??
    (isObject(group) ? text(group, 'groupId') : undefined) ??
    JSON.stringify(others)
  );
}

/** A user or a group as a request names it. */
export interface PrincipalInput {
  readonly id: string;
  readonly kind: 'user' | 'group';
  readonly input: JsonObject;
}

/** Throws `InvalidRequestError` where the profile had no place in the domain, and was left out. */
export function principalInput(found: Json | undefined): PrincipalInput {
  const { user, group } = isObject(found) ? found : {};
  const userId = isObject(user) ? text(user, 'userId') : undefined;
  if (userId !== undefined) return { id: userId, kind: 'user', input: { userIdentifier: userId } };
  const groupId = isObject(group) ? text(group, 'groupId') : undefined;
  if (groupId !== undefined) return { id: groupId, kind: 'group', input: { groupIdentifier: groupId } };
  throw new InvalidRequestError('the target knows neither the user nor the group');
}

/** The reference of the principal that stands in a member. */
export function profileReferences(record: JsonObject, member: string): readonly Reference[] {
  const found = record[member];
  const { user, group } = isObject(found) ? found : {};
  return [
    ...(isObject(user) ? referenceAt('userProfile', user, 'userId', `${member}.user.userId`) : []),
    ...(isObject(group) ? referenceAt('groupProfile', group, 'groupId', `${member}.group.groupId`) : []),
  ];
}
