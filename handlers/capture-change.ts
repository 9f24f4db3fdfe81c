import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type ChangeFailure, type ChangeMessage, captureChanges } from '../core/backup/change-batch';
import { openChanges } from '../core/backup/change-run';
import { ChangeScope } from '../core/backup/change-scope';
import { selectionSchema } from '../core/backup/selection';
import { kinds } from '../core/catalog/registry';
import { captureChangeEnvironment } from './capture-change.env';
import { domainSource, readerContext, vaultOf } from './shared/domain-reader';
import { recordChanges } from './shared/metrics';
import { environment, logger, parsedJson, task } from './shared/task';

const settings = environment('captureChange', captureChangeEnvironment);
const selection = parsedJson('SELECTION of captureChange', selectionSchema, settings.SELECTION);

const eventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int() }),
    }),
  ),
});

/** Ms before the end of its time at which a worker reads nothing more, and at which it answers. */
const lastRead = 20_000;
const lastAnswer = 10_000;

const sqs = new SQSClient();
const source = domainSource(settings, settings.WORKERS);
const vault = vaultOf(settings);
const scope = new ChangeScope(vault, selection);

/** A batch of events from the queue: what they name is read and written; messages that failed are handed out again. */
export const handler = task('captureChange', eventSchema, async ({ Records }, { remaining }) => {
  const opened = await openChanges({ source, vault, now: Date.now }, scope.allProjects);
  if (opened === undefined) {
    logger.warn(
      'no snapshot was begun by this Region yet, or another one writes the vault: events are dropped',
    );
    return { batchItemFailures: [] };
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
      maxReceives: settings.MAX_RECEIVES,
      giveUp,
      timeout: end.reached,
    },
    Records.map(({ messageId, body, attributes }) => ({
      id: messageId,
      body,
      receives: attributes.ApproximateReceiveCount,
    })),
  );
  end.cancel();
  for (const failure of batch.failures) logger.warn('an event was not captured', { failure });
  const { irrelevant, unknown, read, latencies, failures, failed } = batch;
  if (unknown.length > 0) logger.warn('events that no kind knows', { unknown });
  logger.info('events', { events: Records.length, read, written: latencies.length, irrelevant });
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
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});

/** Keeps a message that failed as often as it may, with the reason. */
async function giveUp({ body }: ChangeMessage, { errorType, errorMessage }: ChangeFailure): Promise<void> {
  const attribute = (text: string) => ({ DataType: 'String', StringValue: sendable(text) });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: settings.DEAD_LETTER_QUEUE_URL,
      MessageBody: body,
      MessageAttributes: { ErrorType: attribute(errorType), ErrorMessage: attribute(errorMessage) },
    }),
  );
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
