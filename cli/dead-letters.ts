import * as z from 'zod';
import type { HeldMessage } from './queues';

/** An event that could not be captured, and why. */
export interface DeadLetter {
  /** Of the event; undefined for what is no event. */
  readonly eventId: string | undefined;
  readonly messageId: string;
  /** The event's detail-type; for a call that CloudTrail recorded, its operation. */
  readonly what: string;
  /** When it became a dead letter. */
  readonly at: string;
  /** Undefined where nobody could say: its worker died each time, or could not send it on. */
  readonly errorType: string | undefined;
  readonly errorMessage: string | undefined;
}

const eventSchema = z.object({
  id: z.string(),
  'detail-type': z.string(),
  detail: z.object({ eventName: z.string().optional() }).catch({}),
});

export function deadLetterOf({ messageId, body, attributes, sentAt }: HeldMessage): DeadLetter {
  const event = eventSchema.safeParse(parsed(body)).data;
  return {
    eventId: event?.id,
    messageId,
    what: event?.detail.eventName ?? event?.['detail-type'] ?? 'no event',
    at: sentAt,
    errorType: attributes.ErrorType,
    errorMessage: attributes.ErrorMessage,
  };
}

/** What people call a letter by: the event's id, or the message's where it is no event. */
export function idOf({ eventId, messageId }: DeadLetter): string {
  return eventId ?? messageId;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
