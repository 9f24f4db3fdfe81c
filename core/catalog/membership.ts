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
 * Whether a user profile is a member of a project by itself (not through a group). A non-member's Search may
 * answer with an empty page, so an empty inventory counts only where this is true.
 */
export async function isMember(source: DomainSource, projectId: string, profileId: string): Promise<boolean> {
  let nextToken: string | undefined;
  do {
    const page = await rawPage(source, 'ListProjectMemberships', { projectIdentifier: projectId }, nextToken);
    const found = objects(page.answer, 'members').some(({ memberDetails }) => {
      const user = isObject(memberDetails) ? memberDetails.user : undefined;
      return isObject(user) && user.userId === profileId;
    });
    if (found) return true;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return false;
}
