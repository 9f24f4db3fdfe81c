import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/catalog/kind';
import { isMember, membershipActions, readerProfileId } from '../../../core/catalog/membership';
import { ResourceAbsentError, ResourceDeniedError } from '../../../core/catalog/source';
import { ScriptedSource } from './fixture';

const roleArn = 'arn:aws:iam::111122223333:role/backup';

describe('membership of the reader', () => {
  it('finds the profile of an IAM role by its ARN', async () => {
    const source = new ScriptedSource({ GetUserProfile: () => ({ id: 'profile', status: 'ACTIVATED' }) });

    assert.equal(await readerProfileId(source, roleArn), 'profile');
    assert.deepEqual(source.asked[0]?.input, { userIdentifier: roleArn, type: 'IAM' });
  });

  it('tells a role that is no user of the domain from one that may not look', async () => {
    const failing = (error: Error) =>
      new ScriptedSource({
        GetUserProfile: () => {
          throw error;
        },
      });

    assert.equal(await readerProfileId(failing(new ResourceAbsentError('no')), roleArn), undefined);
    await assert.rejects(
      readerProfileId(failing(new ResourceDeniedError('no')), roleArn),
      ResourceDeniedError,
    );
  });

  it('looks through all pages of members, and not at groups of the same id', async () => {
    const pages: Readonly<Record<string, object>> = {
      first: { members: [{ memberDetails: { group: { groupId: 'me' } } }], nextToken: 'second' },
      second: { members: [{ memberDetails: { user: { userId: 'other' } } }], nextToken: 'third' },
      third: { members: [{ memberDetails: { user: { userId: 'me' } }, designation: 'PROJECT_CONTRIBUTOR' }] },
    };
    const source = new ScriptedSource({
      ListProjectMemberships: ({ nextToken }) => ({ ...pages[String(nextToken ?? 'first')] }),
      GetUserProfile: () => ({ id: 'nobody', details: { sso: { username: 'nobody' } } }),
    });

    assert.equal(await isMember(source, 'p', 'me'), true);
    assert.equal(await isMember(source, 'p', 'nobody'), false);
    assert.equal(source.asked[0]?.input.projectIdentifier, 'p');
  });

  it('counts where a group is the member that the profile says it belongs to', async () => {
    const belonging = (profile: () => JsonObject) =>
      new ScriptedSource({
        ListProjectMemberships: () => ({ members: [{ memberDetails: { group: { groupId: 'analysts' } } }] }),
        GetUserProfile: profile,
      });
    const absent = new ResourceAbsentError('no');

    assert.equal(
      await isMember(
        belonging(() => ({ details: { iam: { groupProfileId: 'analysts' } } })),
        'p',
        'me',
      ),
      true,
    );
    assert.equal(
      await isMember(
        belonging(() => ({ details: { iam: { groupProfileId: 'others' } } })),
        'p',
        'me',
      ),
      false,
    );
    assert.equal(
      await isMember(
        belonging(() => {
          throw absent;
        }),
        'p',
        'me',
      ),
      false,
    );
  });

  it('names the actions that it needs', async () => {
    assert.deepEqual(membershipActions, ['datazone:GetUserProfile', 'datazone:ListProjectMemberships']);
  });
});
