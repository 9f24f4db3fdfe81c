import { answered, asked, under } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { foundInList } from './found-in-list';
import { isObject, objects, requiredText } from './json';
import type { JsonObject, Kind, Page, Reading } from './kind';
import { rawPage, readingOf } from './pages';
import { principal, principalId, principalInput, profileReferences } from './principal';
import { referenceAt } from './references';
import { keyOf, type Making, type RestoreTarget } from './restoration';
import { divide, structure, values } from './shape';
import type { DomainSource } from './source';

const known = structure({ ...values('projectId', 'designation'), memberDetails: principal });

const channel = { operation: 'ListProjectMemberships' };

async function membersOf(source: DomainSource, projectId: string, cursor?: string): Promise<Page> {
  const input = { projectIdentifier: projectId };
  const { answer, nextToken } = await rawPage(source, channel.operation, input, cursor);
  return {
    readings: objects(answer, 'members').map((member) => identify(member, projectId)),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

function identify(member: JsonObject, projectId: string): Reading {
  const { memberDetails } = member;
  const memberId = principalId(isObject(memberDetails) ? memberDetails : {});
  return readingOf(
    divide({ projectId, ...member }, known, channel),
    compositeId(projectId, memberId),
    projectId,
  );
}

async function add(target: RestoreTarget, { wanted }: Pick<Making, 'wanted'>): Promise<string> {
  const projectId = requiredText(wanted, 'projectId');
  const { id, input } = principalInput(wanted.memberDetails);
  await target.call('CreateProjectMembership', {
    projectIdentifier: projectId,
    member: input,
    designation: wanted.designation,
  });
  return compositeId(projectId, id);
}

/**
 * That a user or a group is a member of a project, and as what. The backup's own reader is a member like any other,
 * and is recorded like any other. Who belongs to a group of the Identity Center, the domain does not say; an IAM user's
 * profile names its group.
 */
export const membership: Kind = {
  name: 'membership',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListProjectMemberships'],
  shape: known,
  channels: [channel],
  events: [
    under('project', {
      on: [
        'Project Creation Succeeded',
        'Project Member Addition Succeeded',
        'Project Member Removal Succeeded',
        'Project Member Role Change Succeeded',
        'Project Owner Added With Override',
      ],
      id: [['metadata.owningProjectId', 'metadata.id']],
    }),
  ],
  calls: [
    under('project', answered('id', 'CreateProject')),
    under('project', asked('projectIdentifier', 'CreateProjectMembership', 'DeleteProjectMembership')),
  ],
  restoredBy: '`CreateProjectMembership`; another designation by `DeleteProjectMembership` before it',
  indexed: false,
  enumerate: membersOf,
  read: (source, id) => foundInList(id, (cursor) => membersOf(source, partsOf(id)[0] ?? '', cursor)),
  columns: (record) => namedColumns(record, 'projectId', 'designation'),
  references: (record) => [
    ...referenceAt('project', record, 'projectId'),
    ...profileReferences(record, 'memberDetails'),
  ],
  restore: {
    operations: {
      create: ['CreateProjectMembership'],
      update: ['DeleteProjectMembership', 'CreateProjectMembership'],
    },
    fixed: ['projectId', 'memberDetails'],
    keyMembers: ['projectId', 'memberDetails'],
    key: (record) => keyOf(record, 'projectId', 'memberDetails'),
    rightOf: ({ memberDetails }) => principalId(isObject(memberDetails) ? memberDetails : {}),
    create: add,
    update: async (target, { wanted }) => {
      const { input: member } = principalInput(wanted.memberDetails);
      await target.call('DeleteProjectMembership', { projectIdentifier: wanted.projectId, member });
      await add(target, { wanted });
    },
  },
};
