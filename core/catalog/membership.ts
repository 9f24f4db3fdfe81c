import { isObject, objects, text } from './json';
import { rawPage } from './pages';
import { type DomainSource, ResourceAbsentError } from './source';

/** IAM actions that `readerProfileId` and `isMember` need. */
export const membershipActions: readonly string[] = [
  'datazone:GetUserProfile',
  'datazone:ListProjectMemberships',
];

/**
 * Id of the user profile under which the domain knows an IAM role, or undefined if the role is no user of the
 * domain. `roleArn` is the role's own ARN, not that of a session.
 */
export async function readerProfileId(source: DomainSource, roleArn: string): Promise<string | undefined> {
  try {
    return text(await source.call('GetUserProfile', { userIdentifier: roleArn, type: 'IAM' }), 'id');
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    throw error;
  }
}

/**
 * Whether a user profile is a member of a project, by itself or by the group that the profile names: that of an IAM
 * role. Of a person of the Identity Center no operation tells the groups, so that such a member counts by itself
 * alone. A non-member's Search may answer with an empty page, so an empty inventory counts only where this is true.
 */
export async function isMember(source: DomainSource, projectId: string, profileId: string): Promise<boolean> {
  const groupIds = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await rawPage(source, 'ListProjectMemberships', { projectIdentifier: projectId }, nextToken);
    for (const { memberDetails } of objects(page.answer, 'members')) {
      const { user, group } = isObject(memberDetails) ? memberDetails : {};
      if (isObject(user) && user.userId === profileId) return true;
      const groupId = isObject(group) ? text(group, 'groupId') : undefined;
      if (groupId !== undefined) groupIds.add(groupId);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (groupIds.size === 0) return false;
  const groupId = await groupOf(source, profileId);
  return groupId !== undefined && groupIds.has(groupId);
}

async function groupOf(source: DomainSource, profileId: string): Promise<string | undefined> {
  try {
    const { details } = await source.call('GetUserProfile', { userIdentifier: profileId });
    const iam = isObject(details) ? details.iam : undefined;
    return isObject(iam) ? text(iam, 'groupProfileId') : undefined;
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    throw error;
  }
}
