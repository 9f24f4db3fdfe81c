import { isObject, text } from './json';
import type { JsonObject, Reference } from './kind';
import { referenceAt } from './references';
import { structure, union, values } from './shape';

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

/** The reference of the principal that stands in a member. */
export function profileReferences(record: JsonObject, member: string): readonly Reference[] {
  const found = record[member];
  const { user, group } = isObject(found) ? found : {};
  return [
    ...(isObject(user) ? referenceAt('userProfile', user, 'userId', `${member}.user.userId`) : []),
    ...(isObject(group) ? referenceAt('groupProfile', group, 'groupId', `${member}.group.groupId`) : []),
  ];
}
