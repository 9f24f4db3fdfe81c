import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import {
  type ChangeBatch,
  type ChangeFailure,
  type ChangeMessage,
  captureChanges,
} from '../core/backup/change-batch';
import { openChanges } from '../core/backup/change-run';
import { ChangeScope } from '../core/backup/change-scope';
import { RecentReads } from '../core/backup/recent-reads';
import { selectionSchema } from '../core/backup/selection';
import { dataZoneClient } from '../core/catalog/client';
import { kinds } from '../core/catalog/registry';
import { captureChangeEnvironment } from './capture-change.env';
import { domainSource, readerContext, vaultOf } from './shared/domain-reader';
import { HeldMessages } from './shared/held-messages';
import { recordChanges } from './shared/metrics';
import { environment, logger, parsedJson, task } from './shared/task';

const settings = environment('captureChange', captureChangeEnvironment);
const selection = parsedJson('SELECTION of captureChange', selectionSchema, settings.SELECTION);

const eventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      body: z.string(),
      attributes: z.object({
        ApproximateReceiveCount: z.coerce.number().int(),
        SentTimestamp: z.coerce.number().int(),
      }),
    }),
  ),
});

/** Ms before the end of its time at which a worker reads nothing more, and at which it answers. */
const lastRead = 20_000;
const lastAnswer = 10_000;
/** Seconds after which an event that failed is tried again, by how often it was tried; then the last, again and again. */
const pauses = [5, 30, 180, 900];

const sqs = new SQSClient();
// Adaptive retries would slow down what is not throttled as well, for as long as the worker lives: a queue has patience,
// and the pace is kept by `Pace`.
const source = domainSource(settings, settings.WORKERS, dataZoneClient({ retryMode: 'standard' }));
const vault = vaultOf(settings);
const scope = new ChangeScope(vault, selection);
const recent = new RecentReads();

/** A batch of events from the queue: what they name is read and written; messages that failed are handed out again. */
export const handler = task('captureChange', eventSchema, async ({ Records }, { remaining }) => {
  const held = new HeldMessages(sqs, settings.QUEUE_URL, Records, (error) =>
    logger.warn('messages are hidden for as long as the queue says', { error }),
  );
  const retried = new Map(Records.map(({ messageId, attributes }) => [messageId, pauseAfter(attributes)]));
  try {
    await held.hold();
    const { failed, failures } = await capture(Records, remaining);
    const untried = new Set(failures.flatMap(({ id, isUntried }) => (isUntried ? [id] : [])));
    await held.release(new Map(failed.map((id) => [id, untried.has(id) ? 0 : (retried.get(id) ?? 0)])));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  } catch (error) {
    await held.release(retried);
    throw error;
  }
});

async function capture(
  Records: z.infer<typeof eventSchema>['Records'],
  remaining: () => number,
): Promise<Pick<ChangeBatch, 'failed' | 'failures'>> {
  const began = Date.now();
  const opened = await openChanges({ source, vault, now: Date.now }, scope.allProjects);
  if (opened === undefined) {
    logger.warn(
      'no snapshot was begun by this Region yet, or another one writes the vault: events are dropped',
    );
    return { failed: [], failures: [] };
  }
  const end = timer(remaining() - lastAnswer);
  const batch = await captureChanges(
    {
      context: {
        ...readerContext(settings, opened.run, vault, source),
        // Single resources are read, and no index that might lag; parents take no turns.
        indexLag: 0,
        rotationRuns: 1,
        timeIsUp: () => remaining() < lastRead,
      },
      scope,
      domain: { domainId: settings.DOMAIN_ID, rootDomainUnitId: opened.rootDomainUnitId },
      kinds,
      recent,
      maxReceives: settings.MAX_RECEIVES,
      giveUp,
      timeout: end.reached,
    },
    Records.map(({ messageId, body, attributes }) => ({
      id: messageId,
      body,
      receives: attributes.ApproximateReceiveCount,
      sentAt: attributes.SentTimestamp,
    })),
  );
  end.cancel();
  for (const failure of batch.failures) logger.warn('an event was not captured', { failure });
  const { irrelevant, unknown, read, spared, latencies, failures, failed } = batch;
  if (unknown.length > 0) logger.warn('events that no kind knows', { unknown });
  const receives = Math.max(...Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
  const written = latencies.length;
  const milliseconds = Date.now() - began;
  logger.info('events', {
    events: Records.length,
    read,
    spared,
    written,
    irrelevant,
    receives,
    milliseconds,
  });
  const ignored = Object.values(irrelevant).reduce((sum, count) => sum + count, 0);
  recordChanges(
    settings.DOMAIN_ID,
    {
      ChangesReceived: Records.length,
      ChangesWritten: latencies.length,
      ChangesIgnored: ignored,
      ChangesUnknown: irrelevant['unknown event'] ?? 0,
      ChangesFailed: failed.length,
      ChangesGivenUp: failures.length - failed.length,
    },
    latencies,
  );
  return batch;
}

function pauseAfter({ ApproximateReceiveCount }: { readonly ApproximateReceiveCount: number }): number {
  return pauses[Math.min(ApproximateReceiveCount, pauses.length) - 1] ?? 0;
}

/** Keeps a message that failed as often as it may, with the reason. Throws what SQS says, once the log has it. */
async function giveUp({ body }: ChangeMessage, { errorType, errorMessage }: ChangeFailure): Promise<void> {
  const attribute = (text: string) => ({ DataType: 'String', StringValue: sendable(text) });
  const command = new SendMessageCommand({
    QueueUrl: settings.DEAD_LETTER_QUEUE_URL,
    MessageBody: body,
    MessageAttributes: { ErrorType: attribute(errorType), ErrorMessage: attribute(errorMessage) },
  });
  try {
    await sqs.send(command);
  } catch (error) {
    logger.error('a dead letter was not kept with its reason: the queue will keep it without', { error });
    throw error;
  }
}

/** What SQS takes: no control characters, and not nothing. */
function sendable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/g, '?') || 'unknown';
}

function timer(milliseconds: number): { readonly reached: Promise<void>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, Math.max(0, milliseconds));
    cancel = () => clearTimeout(timeout);
  });
  return { reached, cancel };
}
