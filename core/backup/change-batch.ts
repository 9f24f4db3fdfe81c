import pMap from 'p-map';
import { RetryableError } from '../catalog/source';
import { VaultWriter } from '../vault/writer';
import { type Captured, ChangeCapture } from './change-capture';
import { ChangeEvents, type ChangeTarget, type Irrelevance, type OwnDomain } from './change-event';
import type { ChangeScope } from './change-scope';
import type { BackupContext } from './context';
import type { RecentReads } from './recent-reads';

/** Resources that are read at once. */
const concurrency = 8;
/** Dead letters keep the reason in an attribute; of SQS's 1 MiB it takes little. */
const longestReason = 600;

/** An event as a queue hands it out. */
export interface ChangeMessage {
  readonly id: string;
  readonly body: string;
  /** How often it was handed out, this time included. */
  readonly receives: number;
  /** When the queue took it, ms since the epoch. */
  readonly sentAt: number;
}

/** Why a message failed. */
export interface ChangeFailure {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface ChangeBatchArgs {
  readonly context: Omit<BackupContext, 'writer'>;
  readonly scope: ChangeScope;
  readonly domain: OwnDomain;
  readonly kinds: ConstructorParameters<typeof ChangeEvents>[0];
  /** The worker's, from batch to batch. */
  readonly recent: RecentReads;
  /** After so many receives a message that fails is given up. */
  readonly maxReceives: number;
  /** Keeps what is given up; the message is done then. */
  readonly giveUp: (message: ChangeMessage, failure: ChangeFailure) => Promise<void>;
  /** Settles when the batch must be answered: what is not done by then has failed. */
  readonly timeout: Promise<void>;
}

export interface ChangeBatch {
  /** Ids of the messages that must be handed out again. */
  readonly failed: readonly string[];
  readonly failures: readonly (ChangeFailure & {
    readonly id: string;
    readonly givenUp: boolean;
    /** Nothing failed: the others of the batch had taken all the time. */
    readonly isUntried: boolean;
  })[];
  /** Events of no account: how many for each reason. */
  readonly irrelevant: Readonly<Partial<Record<Irrelevance, number>>>;
  /** Names of events that no kind declares. */
  readonly unknown: readonly string[];
  /** Targets that were read. */
  readonly read: number;
  /** Targets that this worker had read since the last message about them was sent. */
  readonly spared: number;
  /** For each target that was written anew: ms from the event to the end of the write. */
  readonly latencies: readonly number[];
}

/** One target, however many events name it. */
interface Work {
  target: ChangeTarget;
  /** Of the oldest of the events. */
  at: number;
  /** Of the newest of the messages. */
  sentAt: number;
  readonly messages: Set<string>;
}

/** Captures what a batch of events names, each thing once; a message fails with what it names, and costs no other. */
export async function captureChanges(
  given: ChangeBatchArgs,
  messages: readonly ChangeMessage[],
): Promise<ChangeBatch> {
  // An event may be a sign of a kind, too, that domains of this version do not have.
  const kinds = given.kinds.filter(({ versions }) => versions.includes(given.context.run.domainVersion));
  const args = { ...given, kinds };
  const { context, maxReceives, giveUp, timeout, recent } = args;
  const errors = new Map<string, unknown>();
  const { works, irrelevant, unknown } = dealt(args, messages, errors);
  const latencies: number[] = [];
  const open = new Set(works);
  const captured = new Map<string, Promise<Captured>>();
  let read = 0;
  let spared = 0;
  const all = pMap(
    works,
    async (work) => {
      const key = keyOf(work.target);
      const begunAt = context.now();
      try {
        if (recent.cover(key, work.sentAt)) {
          spared++;
        } else {
          if (context.timeIsUp()) throw new UntriedError('time was up before it was read');
          const written = await captureOne(args, work, captured);
          recent.note(key, begunAt);
          read++;
          if (written) latencies.push(Math.max(0, context.now() - work.at));
        }
      } catch (error) {
        for (const id of work.messages) {
          if (!(error instanceof UntriedError) || !errors.has(id)) errors.set(id, error);
        }
      }
      open.delete(work);
    },
    { concurrency },
  );
  await Promise.race([all, timeout]);
  for (const { messages: ids } of open) for (const id of ids) errors.set(id, unfinishedError());
  const failures = await Promise.all(
    messages
      .filter(({ id }) => errors.has(id))
      .map(async (message) => {
        const error = errors.get(message.id);
        const failure = failureOf(error);
        const isUntried = error instanceof UntriedError;
        const isLast = message.receives >= maxReceives && !isUntried;
        // Where it cannot be kept, the queue's own redrive is left.
        const givenUp =
          isLast &&
          (await giveUp(message, failure).then(
            () => true,
            () => false,
          ));
        return { id: message.id, ...failure, givenUp, isUntried };
      }),
  );
  return {
    failed: failures.filter(({ givenUp }) => !givenUp).map(({ id }) => id),
    failures,
    irrelevant,
    unknown,
    read,
    spared,
    latencies: [...latencies],
  };
}

/** Of what was not even begun. */
class UntriedError extends RetryableError {}

function unfinishedError(): Error {
  return new RetryableError('time was up before it was read to the end');
}

/** What the messages name, each thing once, what is listed under others after these. */
function dealt(
  { kinds, domain }: ChangeBatchArgs,
  messages: readonly ChangeMessage[],
  errors: Map<string, unknown>,
) {
  const events = new ChangeEvents(kinds, domain);
  const byKey = new Map<string, Work>();
  const irrelevant: Partial<Record<Irrelevance, number>> = {};
  const unknown = new Set<string>();
  for (const { id, body, sentAt } of messages) {
    try {
      const event = events.read(body);
      if (event.irrelevant !== undefined) {
        irrelevant[event.irrelevant] = (irrelevant[event.irrelevant] ?? 0) + 1;
        if (event.irrelevant === 'unknown event') unknown.add(event.name.slice(0, 100));
        continue;
      }
      for (const target of event.targets) addWork(byKey, target, { at: event.at, sentAt, id });
    } catch (error) {
      errors.set(id, error);
    }
  }
  const rank = ({ target }: Work) => (target.under !== undefined ? 1 : 0);
  const works = [...byKey.values()].sort((a, b) => rank(a) - rank(b));
  return { works, irrelevant, unknown: [...unknown].sort() };
}

function addWork(
  byKey: Map<string, Work>,
  target: ChangeTarget,
  { at, sentAt, id }: Pick<Work, 'at' | 'sentAt'> & { readonly id: string },
): void {
  // Whether it is a deletion that an event tells of makes no other target of it.
  const key = keyOf({ ...target, isDeletion: false });
  const work = byKey.get(key);
  if (work === undefined) {
    byKey.set(key, { target, at, sentAt, messages: new Set([id]) });
    return;
  }
  work.messages.add(id);
  work.at = Math.min(work.at, at);
  work.sentAt = Math.max(work.sentAt, sentAt);
  // All that the events tell of it.
  work.target = { ...work.target, ...target, isDeletion: work.target.isDeletion || target.isDeletion };
}

/** A reading that takes a refusal for a deletion is none that others could rely on. */
function keyOf({ kind, id, under = '', held, isDeletion }: ChangeTarget): string {
  return `${kind.name}\n${under}\n${held ?? false}\n${isDeletion}\n${id}`;
}

/** True where something was written. */
async function captureOne(
  { context, scope, kinds }: ChangeBatchArgs,
  { target, at }: Work,
  captured: Map<string, Promise<Captured>>,
): Promise<boolean> {
  const { runId } = context.run;
  // What lies in the future is no time of an event.
  const eventAt = Math.min(at, context.now());
  const writer = new VaultWriter(context.vault, { runId, source: 'event', eventAt }, context.now);
  await new ChangeCapture({ ...context, writer }, scope, kinds, captured).capture(target);
  return writer.newestValidFrom !== undefined;
}

function failureOf(error: unknown): ChangeFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name.slice(0, 100), errorMessage: message.slice(0, longestReason) };
}
