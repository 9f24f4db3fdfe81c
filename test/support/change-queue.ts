import { randomUUID } from 'node:crypto';
import { type ChangeBatch, type ChangeFailure, captureChanges } from '../../core/backup/change-batch';
import { openChanges } from '../../core/backup/change-run';
import { ChangeScope } from '../../core/backup/change-scope';
import { RecentReads } from '../../core/backup/recent-reads';
import { selectionSchema } from '../../core/backup/selection';
import type { EventBridgeEvent } from '../../local/datazone/events';
import type { DataZoneService, Given, OperationName } from '../../local/datazone/service';
import type { Caller } from '../../local/wire';
import type { BackupBench, RunOptions } from './in-process-backup';

/** Events on their way from a bench's domain to its vault. */
export class ChangeQueue {
  readonly waiting: string[] = [];
  readonly deadLetters: (ChangeFailure & { readonly body: string })[] = [];
  readonly failures: ChangeFailure[] = [];
  private readonly recent = new RecentReads();
  /** False: CloudTrail records nothing. */
  hasTrail = true;
  readonly emit = (event: EventBridgeEvent): void => {
    this.waiting.push(JSON.stringify(event));
  };

  /** The bench, as those see it whose calls CloudTrail records. */
  recorded(bench: BackupBench): BackupBench {
    const service: DataZoneService = Object.create(bench.service, {
      call: {
        value: <N extends OperationName>(name: N, input: Given<N>, caller: Caller) => {
          const output = bench.service.call(name, input, caller);
          if (this.hasTrail && !/^(Get|List|Search|BatchGet)/.test(name)) {
            this.waiting.push(callEvent(name, input, output, bench.clock.now()));
          }
          return output;
        },
      },
    });
    return Object.create(bench, { service: { value: service } });
  }

  /** One invocation of the callback; what fails is back in the queue. */
  async deliver(
    bench: BackupBench,
    bodies: readonly string[],
    {
      maxReceives = Number.POSITIVE_INFINITY,
      receives = 1,
      ...options
    }: RunOptions & { readonly maxReceives?: number; readonly receives?: number } = {},
  ): Promise<ChangeBatch | undefined> {
    const { source, vault, contextOf } = bench.worker(options);
    const selection = selectionSchema.parse({ ...options.selection, projects: options.projects ?? 'all' });
    const scope = new ChangeScope(vault, selection);
    try {
      const opened = await openChanges({ source, vault, now: () => bench.clock.now() }, scope.allProjects);
      if (opened === undefined) return undefined;
      const byId = new Map(bodies.map((body, n) => [String(n), body]));
      const batch = await captureChanges(
        {
          context: contextOf(opened.run),
          scope,
          domain: { domainId: bench.domainId, rootDomainUnitId: opened.rootDomainUnitId },
          kinds: bench.kinds,
          recent: this.recent,
          maxReceives,
          giveUp: async ({ body }, failure) => {
            this.deadLetters.push({ ...failure, body });
          },
          timeout: new Promise(() => undefined),
        },
        [...byId].map(([id, body]) => ({ id, body, receives, sentAt: sentAt(body) ?? bench.clock.now() })),
      );
      this.failures.push(...batch.failures);
      for (const id of batch.failed) this.waiting.push(byId.get(id) ?? '');
      return batch;
    } catch (error) {
      this.waiting.push(...bodies);
      throw error;
    }
  }
}

/** An event is sent when it happens, however late it comes; what is no event, when it comes. */
function sentAt(body: string): number | undefined {
  try {
    const time = Date.parse(JSON.parse(body).time);
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined;
  }
}

/** A call as CloudTrail records it. */
export function callEvent(
  eventName: string,
  requestParameters: unknown,
  responseElements: unknown,
  now: number,
): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.datazone',
    time: new Date(now).toISOString(),
    resources: [],
    detail: {
      eventSource: 'datazone.amazonaws.com',
      eventName,
      readOnly: false,
      requestParameters,
      responseElements,
    },
  });
}
