import * as z from 'zod';
import type { LineageEvent } from '../domain';
import { invalid } from '../faults';
import type { Answer, Given, Handlers } from '../operations';

type Summary = NonNullable<Answer<'ListLineageEvents'>['items']>[number];

const dataset = z.object({ namespace: z.string(), name: z.string() });

/** An OpenLineage run event; events of datasets and jobs alone are refused. */
const runEvent = z.object({
  eventType: z.enum(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']).optional(),
  eventTime: z.iso.datetime({ offset: true }),
  run: z.object({ runId: z.string() }),
  job: dataset,
  inputs: z.array(dataset).optional(),
  outputs: z.array(dataset).optional(),
});

/** Events of lineage, kept byte for byte. IAM alone says who may post and read them. */
export const lineageEvents: Handlers = {
  PostLineageEvent(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const bytes = bytesOf(input.event);
    const event: LineageEvent = {
      domainId: domain.id,
      id: call.newId(),
      event: bytes,
      eventTime: new Date(parsed(bytes).eventTime),
      createdAt: call.now,
      createdBy: call.author(domain),
      readyAt: call.readyAt(),
    };
    domain.lineageEvents.put(event.id, event);
    return { id: event.id, domainId: domain.id };
  },

  GetLineageEvent(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { readyAt, ...event } = call.find(domain.lineageEvents, 'Lineage event', input.identifier);
    return { ...event, processingStatus: statusOf(call.isReady(readyAt)) };
  },

  ListLineageEvents(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { timestampAfter, timestampBefore, processingStatus } = input;
    const page = call.page(input, {
      table: domain.lineageEvents,
      matches: ({ eventTime, readyAt }: LineageEvent) =>
        (timestampAfter === undefined || eventTime > timestampAfter) &&
        (timestampBefore === undefined || eventTime < timestampBefore) &&
        (processingStatus === undefined || processingStatus === statusOf(call.isReady(readyAt))),
      // What is processed is done after a time: nothing else changes then.
      dependsOn: { version: call.now.getTime() },
      sort: {
        key: ({ eventTime }) => eventTime.getTime(),
        descending: input.sortOrder !== 'ASCENDING',
      },
    });
    return {
      items: page.rows.map(({ readyAt, ...event }) => summaryOf(event, call.isReady(readyAt))),
      nextToken: page.nextToken,
    };
  },
};

/** Over the wire an event comes as bytes; a call without the wire may give text too. */
function bytesOf(event: Given<'PostLineageEvent'>['event']): Uint8Array {
  if (event instanceof Uint8Array) return event;
  if (typeof event === 'string') return Buffer.from(event);
  throw invalid('The event is neither bytes nor text');
}

function parsed(event: Uint8Array): z.infer<typeof runEvent> {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(event).toString('utf8'));
  } catch {
    throw invalid('The event is not valid JSON');
  }
  const { data, error } = runEvent.safeParse(json);
  if (!data) throw invalid(`The event is no OpenLineage run event: ${z.prettifyError(error)}`);
  return data;
}

function statusOf(isProcessed: boolean): 'PROCESSING' | 'SUCCESS' {
  return isProcessed ? 'SUCCESS' : 'PROCESSING';
}

function summaryOf(
  { event, domainId, id, eventTime, createdAt, createdBy }: Omit<LineageEvent, 'readyAt'>,
  isProcessed: boolean,
): Summary {
  const { eventType, run, job, inputs = [], outputs = [] } = parsed(event);
  return {
    domainId,
    id,
    eventTime,
    createdAt,
    createdBy,
    processingStatus: statusOf(isProcessed),
    eventSummary: {
      openLineageRunEventSummary: {
        eventType,
        runId: run.runId,
        job: named(job),
        inputs: inputs.map(named),
        outputs: outputs.map(named),
      },
    },
  };
}

const named = ({ namespace, name }: z.infer<typeof dataset>) => ({ namespace, name });
