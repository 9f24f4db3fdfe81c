import type { Clock } from '../clock';
import { StateError } from './state-error';

/** An event as GetExecutionHistory gives it; `timestamp` in seconds since the epoch. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  /** Exactly one of AWS's `...EventDetails` members, or none. */
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/** AWS ends a Standard execution whose history would grow longer. */
export const HISTORY_LIMIT = 25_000;

/** The events of one execution, in the order in which they happened. */
export class History {
  readonly events: HistoryEvent[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly listener: (event: HistoryEvent) => void,
  ) {}

  /**
   * The execution's last event, for which a place is always kept.
   * `details` goes under the member that AWS names after the type.
   */
  end(previousEventId: number, type: string, details: Readonly<Record<string, unknown>>): void {
    this.append(previousEventId, type, details);
  }

  /** Appends an event and returns its id. Throws `States.Runtime` where only the last event's place is left. */
  record(previousEventId: number, type: string, details?: Readonly<Record<string, unknown>>): number {
    if (this.events.length >= HISTORY_LIMIT - 1) {
      throw StateError.runtime(
        `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
      );
    }
    return this.append(previousEventId, type, details);
  }

  private append(previousEventId: number, type: string, details?: Readonly<Record<string, unknown>>): number {
    const event: HistoryEvent = {
      id: this.events.length + 1,
      previousEventId,
      timestamp: this.clock.now() / 1000,
      type,
      ...(details && { [detailsMember(type)]: details }),
    };
    this.events.push(event);
    this.listener(event);
    return event.id;
  }
}

/** One line of events inside an execution: the machine itself, a Map's iteration or a Parallel's branch. */
export class Thread {
  constructor(
    private readonly history: History,
    private last: number,
  ) {}

  /** Id of the newest event. */
  get position(): number {
    return this.last;
  }

  record(type: string, details?: Readonly<Record<string, unknown>>): void {
    this.last = this.history.record(this.last, type, details);
  }

  /** A line that begins where this one stands. */
  fork(): Thread {
    return new Thread(this.history, this.last);
  }

  /** Goes on from the end of a forked line. */
  join(other: Thread): void {
    this.last = Math.max(this.last, other.last);
  }
}

/** `PassStateEntered` stands under `stateEnteredEventDetails`, `TaskFailed` under `taskFailedEventDetails`. */
function detailsMember(type: string): `${string}EventDetails` {
  const shared = /^[A-Z][a-z]+(StateEntered|StateExited)$/.exec(type)?.[1] ?? type;
  return `${shared.charAt(0).toLowerCase()}${shared.slice(1)}EventDetails`;
}
