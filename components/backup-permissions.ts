import { type Input, interpolate } from '@pulumi/pulumi';
import { domainKeyGrant } from './domain-key-grant';
import { type Grant, viaService } from './grants';

/** The vault as those who read and write it see it. */
export interface VaultAccess {
  readonly region: string;
  readonly secondaryRegion: string;
  readonly tableArn: Input<string>;
  readonly replicaTableArn: Input<string>;
  readonly tableKeyArn: Input<string>;
  readonly replicaKeyArn: Input<string>;
}

/** The domain as its reader sees it. */
export interface DomainAccess {
  readonly region: string;
  /** Customer managed key of the domain; undefined: a key that DataZone owns. */
  readonly keyArn: Input<string> | undefined;
  /** IAM actions of all reads of a run. */
  readonly readActions: readonly string[];
  /** Whether a run adds its reader to projects that it does not know yet. */
  readonly enrols: boolean;
}

/** What begin, captureScopes and closeReferences need: to read the domain and to write the vault. */
export function captureGrants(vault: VaultAccess, domain: DomainAccess): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'reads heads, puts versions and heads, holds the lease',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    {
      class: 'called',
      subject: 'Replica',
      reason: 'begin reads in both Regions which of them writes',
      actions: ['dynamodb:GetItem'],
      resource: vault.replicaTableArn,
    },
    ...vaultKeyGrants(vault),
    {
      class: 'implied',
      subject: 'ReplicaKey',
      reason: 'DynamoDB decrypts what begin reads from the replica',
      actions: ['kms:Decrypt'],
      resource: vault.replicaKeyArn,
      condition: viaService('dynamodb', vault.secondaryRegion),
    },
    {
      class: 'called',
      subject: 'Domain',
      reason: 'reads every kind of resource and checks its own memberships',
      actions: domain.readActions,
      // DataZone knows no resource for nearly all of its actions; memberships decide what they show.
      resource: '*',
    },
    ...(domain.enrols ? [enrolGrant] : []),
    ...(domain.keyArn === undefined ? [] : [domainKeyGrant(domain.keyArn, domain.region)]),
    callbackTracesGrant,
  ];
}

/** What joining a project that is new takes, where all projects are backed up. */
export const enrolGrant: Grant = {
  class: 'called',
  subject: 'Enrolment',
  reason: 'who backs up all projects joins those that are new',
  actions: ['datazone:CreateProjectMembership'],
  resource: '*',
};

/** What begin needs besides: to see whether the run that holds the lease still lives. */
export function leaseGrants(executionsArn: Input<string>): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Executions',
      reason: 'takes the lease over from a run that has ended',
      actions: ['states:DescribeExecution'],
      resource: executionsArn,
    },
  ];
}

/** What commit and fail need: the vault in their own Region, and nothing of the domain. */
export function commitGrants(vault: VaultAccess): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'computes digests from heads and versions, writes the manifest',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    ...vaultKeyGrants(vault),
    callbackTracesGrant,
  ];
}

/**
 * What collect needs: the vault in its own Region, and nothing of the domain. It alone may let an item end, and
 * remove one; conditions keep it to the partitions, and to the attribute, that this is about. A partition's key is
 * `<domainId>/<kind>@<scopeId>` for heads, with one slash, and has two for versions and their parts: no id brings
 * in another.
 */
export function collectGrants(vault: VaultAccess): Grant[] {
  const within = (...partitions: readonly string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
  });
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'reads manifests, decisions, pins, heads and versions',
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    {
      class: 'called',
      subject: 'Horizon',
      reason: 'moves the horizon, notes where it stands, gives the lease back',
      actions: ['dynamodb:PutItem'],
      resource: vault.tableArn,
      condition: within('*/control', '*/run/*'),
    },
    {
      class: 'called',
      subject: 'Ends',
      reason: 'marks versions and parts that are older than the retention to end',
      actions: ['dynamodb:UpdateItem'],
      resource: vault.tableArn,
      condition: {
        ...within('*/*/*'),
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'expiresAt'] },
      },
    },
    {
      class: 'called',
      subject: 'DeletedHeads',
      reason: 'removes heads of resources that were deleted before the retention',
      actions: ['dynamodb:DeleteItem'],
      resource: vault.tableArn,
      condition: within('*/*@*'),
    },
    ...vaultKeyGrants(vault),
    callbackTracesGrant,
  ];
}

/** Once for each role, whose callbacks share it. */
export const callbackTracesGrant: Grant = {
  class: 'bestEffort',
  subject: 'Traces',
  reason: 'sends traces to X-Ray',
  actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resource: '*',
};

/** What reading and writing the table takes of its key. */
export function vaultKeyGrants(vault: Pick<VaultAccess, 'region' | 'tableKeyArn'>): Grant[] {
  return [
    {
      class: 'implied',
      subject: 'TableKey',
      reason: 'DynamoDB decrypts and encrypts items in the name of its caller',
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resource: vault.tableKeyArn,
      condition: viaService('dynamodb', vault.region),
    },
  ];
}

/** What the state machine needs; Step Functions checks log delivery when the machine is made. */
export function stateMachineGrants(functionArns: Readonly<Record<string, Input<string>>>): Grant[] {
  return [
    ...Object.entries(functionArns).map(
      ([task, resource]): Grant => ({
        class: 'called',
        subject: `${task.charAt(0).toUpperCase()}${task.slice(1)}`,
        reason: `runs the task ${task}`,
        actions: ['lambda:InvokeFunction'],
        resource,
      }),
    ),
    {
      class: 'bestEffort',
      subject: 'LogDelivery',
      reason: 'sends the history of executions to their log group',
      actions: [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
      ],
      // Log delivery has no resource types:
      // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      resource: '*',
    },
    {
      class: 'bestEffort',
      subject: 'Traces',
      reason: 'sends traces to X-Ray',
      actions: [
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ],
      resource: '*',
    },
  ];
}

/** What a callback needs to be heard: a log of its own. */
export function callbackGrants(logGroupArn: Input<string>): Grant[] {
  return [
    {
      class: 'bestEffort',
      subject: 'Logs',
      reason: 'writes its log',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resource: interpolate`${logGroupArn}:*`,
    },
  ];
}

/** What the schedule needs: to start a run, and to leave behind what it could not start. */
export function scheduleGrants(resources: {
  readonly stateMachineArn: Input<string>;
  readonly deadLetterArn: Input<string>;
  readonly deadLetterKeyArn: Input<string>;
  readonly region: string;
}): Grant[] {
  return [
    {
      class: 'called',
      subject: 'StateMachine',
      reason: 'starts a run',
      actions: ['states:StartExecution'],
      resource: resources.stateMachineArn,
    },
    {
      class: 'bestEffort',
      subject: 'DeadLetters',
      reason: 'keeps what could not be started',
      actions: ['sqs:SendMessage'],
      resource: resources.deadLetterArn,
    },
    {
      class: 'bestEffort',
      subject: 'DeadLetterKey',
      reason: 'SQS encrypts what is sent to it in the name of its caller',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resource: resources.deadLetterKeyArn,
      condition: viaService('sqs', resources.region),
    },
  ];
}
