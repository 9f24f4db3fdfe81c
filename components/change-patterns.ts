import type { Input } from '@pulumi/pulumi';

/** What tells of changes: DataZone's own events, or the calls that CloudTrail records. */
export type ChangeChannel = 'events' | 'calls';

/**
 * Words that names of DataZone's operations begin with where they change something. EventBridge holds back only reads
 * that begin with Get, List and Describe: without this list each search of a backup would be an event.
 */
const changing = [
  ...['Accept', 'Add', 'Associate', 'BatchDelete', 'BatchPut', 'Cancel', 'Create', 'Delete', 'Disassociate'],
  ...['Post', 'Put', 'Reject', 'Remove', 'Revoke', 'StartNotebookImport', 'Tag', 'Untag', 'Update'],
];

/**
 * Event patterns of the channels, for one domain:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html. DataZone's own events leave
 * `resources` empty, so that the domain is told by their metadata; calls name it as `domainIdentifier`, those on the
 * domain itself as `identifier`, and those on its tags by its ARN.
 */
export const changePatterns: Readonly<
  Record<ChangeChannel, (domain: { readonly id: Input<string>; readonly arn: Input<string> }) => object>
> = {
  events: ({ id }) => ({ source: ['aws.datazone'], detail: { metadata: { domain: [id] } } }),
  calls: ({ id, arn }) => ({
    source: ['aws.datazone'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['datazone.amazonaws.com'],
      readOnly: [false],
      errorCode: [{ exists: false }],
      eventName: changing.map((prefix) => ({ prefix })),
      requestParameters: {
        $or: [{ domainIdentifier: [id] }, { identifier: [id] }, { resourceArn: [arn] }],
      },
    },
  }),
};
