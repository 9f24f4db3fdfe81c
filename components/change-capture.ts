import { EventRule, EventTarget } from '@pulumi/aws/cloudwatch';
import { EventSourceMapping } from '@pulumi/aws/lambda';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  jsonStringify,
  type Output,
  output,
} from '@pulumi/pulumi';
import { captureChangeEnvironment } from '../handlers/capture-change.env';
import type { ExistingCaptureRole } from './backup';
import type { SelectionSettings } from './backup-definition';
import { Callback } from './callback';
import { type ChangeChannel, changePatterns } from './change-patterns';
import { changeGrants } from './change-permissions';
import { ChangeQueue } from './change-queue';
import type { DataZoneDomain } from './datazone-domain';
import { Enrolment } from './enrolment';
import { OperationsKey } from './operations-key';
import type { Place } from './place';
import { queuePolicy } from './queue-policy';
import type { RegionalVault } from './restore';
import { existingRole, type GrantedRole, serviceRole } from './service-role';

/** Time for one batch; what is not done in it is handed out again. */
const timeoutSeconds = 60;
/** Messages that a worker is given at once: the more, the more of them are about one resource, which is read once. */
const batchSize = 50;

export interface ChangeCaptureArgs {
  /** The domain's: its events come in its own Region, and in no other. */
  readonly place: Place;
  readonly domain: DataZoneDomain;
  /** What is backed up: ids by a stable key, or all projects that there are. */
  readonly projects: 'all' | Readonly<Record<string, Input<string>>>;
  readonly selection: SelectionSettings;
  /** The vault in the domain's Region. */
  readonly vault: RegionalVault;
  /** IAM actions of all reads (`datazone:GetAsset`). */
  readonly readActions: readonly string[];
  /** @default a role is made and enrolled */
  readonly captureRole?: ExistingCaptureRole | undefined;
  /** What tells of changes. */
  readonly channels: readonly ChangeChannel[];
  /** Seconds for which events are gathered before a worker is given them. */
  readonly batchSeconds: number;
  /** Workers that capture changes at once. */
  readonly maxConcurrency: number;
  /** Attempts at an event before it becomes a dead letter. */
  readonly maxReceives: number;
  /** Per cent of the published request rates. */
  readonly rateShare: number;
  /** Requests per second by operation, in place of that share. */
  readonly requestRates: Readonly<Record<string, number>>;
  readonly logRetentionDays: number;
}

/**
 * Captures what changes between two backups: a rule for each channel, the queue that they send to, the callback that
 * reads what an event is about and writes it into the vault, its role, its enrolment, logs, key, alarms. Domain and
 * vault are the caller's.
 */
export class ChangeCapture extends ComponentResource {
  readonly queueUrl: Output<string>;
  readonly deadLetterQueueUrl: Output<string>;
  readonly roleArn: Output<string>;

  constructor(name: string, args: ChangeCaptureArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:changes:ChangeCapture', name, {}, opts);
    const { place, domain, projects, selection, vault } = args;
    const child = { parent: this };

    const { keyArn } = new OperationsKey(`${name}-operations`, { place, events: true }, child);
    const queue = new ChangeQueue(
      name,
      {
        keyArn,
        // AWS's rule for a queue that Lambda polls.
        visibilityTimeoutSeconds: 6 * timeoutSeconds + args.batchSeconds,
        // The callback gives a message up itself, with the reason; one more is for a worker that died over it.
        maxReceives: args.maxReceives + 1,
      },
      child,
    );
    const { queueArn, queueUrl, deadLetterQueueUrl } = queue;
    const role = this.role(name, args, { ...queue, keyArn });
    const ids = projects === 'all' ? projects : all(Object.values(projects));
    const { functionArn } = new Callback(
      `${name}-callback`,
      {
        description: 'Captures what an event says has changed',
        handler: 'handlers/capture-change.ts',
        schema: captureChangeEnvironment,
        environment: {
          DOMAIN_ID: domain.id,
          TABLE_NAME: vault.tableName,
          READER_ROLE_ARN: role.arn,
          RATE_SHARE: args.rateShare,
          REQUEST_RATES: JSON.stringify(args.requestRates),
          WORKERS: args.maxConcurrency,
          SELECTION: jsonStringify({ ...selection, projects: ids }),
          QUEUE_URL: queueUrl,
          DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
          MAX_RECEIVES: args.maxReceives,
        },
        serviceName: 'captureChange',
        role,
        memoryMegabytes: 1024,
        timeoutSeconds,
        logRetentionDays: args.logRetentionDays,
        logKeyArn: keyArn,
      },
      child,
    );
    new EventSourceMapping(
      name,
      {
        eventSourceArn: queueArn,
        functionName: functionArn,
        batchSize,
        maximumBatchingWindowInSeconds: args.batchSeconds,
        scalingConfig: { maximumConcurrency: args.maxConcurrency },
        functionResponseTypes: ['ReportBatchItemFailures'],
      },
      { parent: this, dependsOn: [...role.policies] },
    );
    this.listen(name, args, queue);

    this.queueUrl = queueUrl;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
    this.roleArn = output(role.arn);
    this.registerOutputs({
      queueUrl: this.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      roleArn: this.roleArn,
    });
  }

  /** The role of the callback, which reads the domain as the backup does: where that one is not ours, it is the same. */
  private role(
    name: string,
    args: ChangeCaptureArgs,
    queues: Parameters<typeof changeGrants>[2],
  ): GrantedRole {
    const { place, domain, projects, vault, captureRole, readActions } = args;
    const { region } = place;
    const grants = changeGrants(
      { ...vault, region },
      { region, keyArn: domain.keyArn, readActions, enrols: projects === 'all' },
      queues,
    );
    if (captureRole !== undefined) return existingRole(captureRole.arn, name, grants, this);
    const role = serviceRole(name, { service: 'lambda.amazonaws.com', grants }, this);
    new Enrolment(
      `${name}-reader`,
      {
        domain,
        projects,
        role: { arn: role.arn, policies: [...role.policies] },
        designation: 'PROJECT_CONTRIBUTOR',
      },
      { parent: this },
    );
    return role;
  }

  /** A rule for each channel, all of which send to the queue. */
  private listen(name: string, { channels, domain }: ChangeCaptureArgs, queue: ChangeQueue): void {
    const rules = channels.map((channel) => ({ channel, rule: this.rule(name, channel, domain) }));
    const policy = queuePolicy(
      name,
      { arn: queue.queueArn, url: queue.queueUrl },
      rules.map(({ channel, rule: { arn } }) => ({ sid: sids[channel], arn })),
      this,
    );
    for (const { channel, rule } of rules) {
      new EventTarget(
        `${name}-${channel}`,
        { rule: rule.name, arn: queue.queueArn },
        { parent: this, dependsOn: [policy] },
      );
    }
  }

  private rule(name: string, channel: ChangeChannel, domain: DataZoneDomain): EventRule {
    return new EventRule(
      `${name}-${channel}`,
      { description: descriptions[channel], eventPattern: jsonStringify(changePatterns[channel](domain)) },
      { parent: this },
    );
  }
}

const sids: Readonly<Record<ChangeChannel, string>> = {
  events: 'EventsOfDataZone',
  calls: 'CallsInCloudTrail',
};
const descriptions: Readonly<Record<ChangeChannel, string>> = {
  events: 'What Amazon DataZone tells of a domain',
  calls: 'Calls that change a domain of Amazon DataZone, as CloudTrail records them',
};
