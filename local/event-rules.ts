import { z } from 'zod';
import { compilePattern, type EventPattern } from './event-pattern';
import type { BusEvent, EventBridgeService } from './events';
import { allowsService } from './iam/evaluate';
import type { KeyPolicies } from './iam/key-policies';
import type { Captured } from './sqs/queue-definition';
import type { SqsService } from './sqs/service';

/** A rule or a target with a setting that the local cloud does not know. */
export class UnsupportedRuleError extends Error {
  override readonly name = 'UnsupportedRuleError';
}

/** An event that did not reach a target: with AWS it is dropped, and counted in the metric FailedInvocations. */
export interface FailedDelivery {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly reason: 'NO_PERMISSIONS' | 'NO_RESOURCE';
  readonly event: BusEvent;
}

export interface EventRulesArgs {
  readonly bus: EventBridgeService;
  readonly sqs: SqsService;
  readonly keys: KeyPolicies;
}

const everyCall = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
const ruleInputs = z.object({
  region: z.string().optional(),
  eventBusName: z.string().default('default'),
  eventPattern: z.string(),
  scheduleExpression: z.undefined('only rules with a pattern are known').optional(),
  state: z.enum(['ENABLED', 'DISABLED', everyCall]).default('ENABLED'),
});
/** What a target may say beside these changes what is delivered, or how: it must not be passed over. */
const targetInputs = z.strictObject({
  region: z.string().optional(),
  rule: z.string(),
  arn: z.string().regex(/^arn:[^:]+:sqs:/, 'only queues are known as targets'),
  targetId: z.string().optional(),
  eventBusName: z.string().optional(),
  retryPolicy: z.unknown().optional(),
});
const named = z.object({ name: z.string(), arn: z.string() });

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly bus: string;
  readonly takes: (event: BusEvent) => boolean;
  readonly isEnabled: boolean;
  readonly targets: string[];
}

/**
 * The rules of EventBridge and their targets, which are queues. AWS tries again what fails for a while; here a queue
 * takes a message or never will, so the first refusal is the last.
 */
export class EventRules {
  readonly failures: FailedDelivery[] = [];
  private readonly rules = new Map<string, Rule>();
  private ends: (() => void)[] = [];

  constructor(private readonly args: EventRulesArgs) {}

  /** Takes an `aws:cloudwatch/eventRule:EventRule`. Throws `UnsupportedRuleError`, `InvalidEventPatternError`. */
  addRule({ inputs, state }: Captured, defaultRegion: string): void {
    const { name, arn } = named.parse(state);
    const { region = defaultRegion, ...given } = known(ruleInputs, inputs, name);
    const pattern = JSON.parse(given.eventPattern) as EventPattern;
    const matches = compilePattern(pattern);
    this.rules.set(`${region} ${name}`, {
      name,
      arn,
      region,
      bus: given.eventBusName,
      takes: (event) => (given.state === everyCall || !isHeldBack(event)) && matches(event),
      isEnabled: given.state !== 'DISABLED',
      targets: [],
    });
  }

  /** Takes an `aws:cloudwatch/eventTarget:EventTarget`, after its rule. Throws `UnsupportedRuleError`. */
  addTarget({ inputs }: Captured, defaultRegion: string): void {
    const { rule: name, arn, region = defaultRegion } = known(targetInputs, inputs, 'an event target');
    const rule = this.rules.get(`${region} ${name}`);
    if (rule === undefined) throw new UnsupportedRuleError(`There is no rule ${name} in ${region}`);
    rule.targets.push(arn);
  }

  /** From now on the enabled rules see events. */
  start(): void {
    if (this.ends.length > 0) return;
    this.ends = [...this.rules.values()]
      .filter(({ isEnabled }) => isEnabled)
      .map((rule) =>
        this.args.bus.subscribe(
          { source: [{ exists: true }] },
          (event) => {
            if (rule.takes(event)) for (const target of rule.targets) this.deliver(rule, target, event);
          },
          { region: rule.region, bus: rule.bus },
        ),
      );
  }

  stop(): void {
    for (const end of this.ends) end();
    this.ends = [];
  }

  private deliver(rule: Rule, targetArn: string, event: BusEvent): void {
    const refusal = this.refusal(rule, targetArn);
    if (refusal !== undefined) {
      this.failures.push({ ruleArn: rule.arn, targetArn, reason: refusal, event });
      return;
    }
    this.args.sqs.queue(targetArn).send({ body: JSON.stringify(event), senderId: 'events.amazonaws.com' });
  }

  private refusal({ arn }: Rule, targetArn: string): FailedDelivery['reason'] | undefined {
    const queue = this.args.sqs.find(targetArn);
    if (queue === undefined) return 'NO_RESOURCE';
    const { policy, kmsKeyArn } = queue.definition;
    const request = {
      action: 'sqs:SendMessage',
      resource: targetArn,
      context: {
        'aws:SourceArn': arn,
        'aws:SourceAccount': arn.split(':')[4] ?? '',
        'aws:SecureTransport': 'true',
      },
    };
    const maySend = policy !== undefined && allowsService(policy, 'events.amazonaws.com', request);
    const mayEncrypt =
      kmsKeyArn === undefined ||
      this.args.keys.allow(kmsKeyArn, 'events.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], arn);
    return maySend && mayEncrypt ? undefined : 'NO_PERMISSIONS';
  }
}

/**
 * Reads in CloudTrail that a rule sees only if it asks for all: told by the first word of their names, and by nothing
 * else (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html).
 */
function isHeldBack(event: BusEvent): boolean {
  return (
    event['detail-type'] === 'AWS API Call via CloudTrail' &&
    /^(Describe|Get|List)/.test(String(event.detail.eventName))
  );
}

function known<T>(shape: z.ZodType<T>, inputs: unknown, name: string): T {
  const parsed = shape.safeParse(inputs);
  if (!parsed.success) throw new UnsupportedRuleError(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
