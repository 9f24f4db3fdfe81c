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

/** A user or a group as requests name them. Throws `InvalidRequestError` where its profile had to be left out. */
export function principalInput(
  found: Json | undefined,
): { readonly userIdentifier: string } | { readonly groupIdentifier: string } {
  const { user, group } = isObject(found) ? found : {};
  const userIdentifier = isObject(user) ? text(user, 'userId') : undefined;
  if (userIdentifier !== undefined) return { userIdentifier };
  const groupIdentifier = isObject(group) ? text(group, 'groupId') : undefined;
  if (groupIdentifier !== undefined) return { groupIdentifier };
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
