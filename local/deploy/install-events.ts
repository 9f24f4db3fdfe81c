import type { EventRules } from '../event-rules';
import type { CapturedResource, ResourceGraph } from '../program/graph';
import { queueDefinition } from '../sqs/queue-definition';
import type { SqsService } from '../sqs/service';

/** Deploys a captured graph's queues, with what is attached to them. Alarms are inert here: nothing reads metrics. */
export function installQueues(graph: ResourceGraph, sqs: SqsService): void {
  const attached = (queue: CapturedResource, type: string, member: string) => {
    const found = ofType(graph, type).find(({ inputs }) => inputs.queueUrl === queue.state.url);
    return found === undefined ? {} : { [member]: found.inputs[member] };
  };
  for (const queue of ofType(graph, 'aws:sqs/queue:Queue')) {
    sqs.create(
      queueDefinition(queue, {
        ...attached(queue, 'aws:sqs/queuePolicy:QueuePolicy', 'policy'),
        ...attached(queue, 'aws:sqs/redrivePolicy:RedrivePolicy', 'redrivePolicy'),
        ...attached(queue, 'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy', 'redriveAllowPolicy'),
      }),
    );
  }
  sqs.checkRedrives();
}

/** Deploys the rules and their targets; they see nothing until they are started. */
export function installRules(graph: ResourceGraph, rules: EventRules, region: string): void {
  for (const rule of ofType(graph, 'aws:cloudwatch/eventRule:EventRule')) rules.addRule(rule, region);
  for (const target of ofType(graph, 'aws:cloudwatch/eventTarget:EventTarget'))
    rules.addTarget(target, region);
}

export function ofType(graph: ResourceGraph, type: string): CapturedResource[] {
  return graph.resources.filter((resource) => resource.type === type);
}
