import type { Clock } from '../clock';
import type { Random } from '../random';
import type { Caller } from '../wire';
import type { Domain } from './domain';
import type { EventBridgeEvent, EventMetadata } from './events';
import { Fault, invalid, notFound, notPermitted } from './faults';
import type { OperationName } from './operations';
import type { Page, PageInput, Pager, Selection } from './pages';
import type { Table } from './store';
import type { Unkindness } from './unkindness';

/** What all calls of one account and Region share. */
export interface World {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly unkind: Unkindness;
  readonly ids: Random;
  readonly lags: Random;
  readonly pager: Pager;
  readonly domains: Table<Domain>;
  readonly deployMilliseconds: number;
  readonly emit: (event: EventBridgeEvent) => void;
}

/** One call of one operation: who calls, when, and what a handler may do to the world. */
export class Call {
  readonly now: Date;

  constructor(
    readonly world: World,
    readonly caller: Caller,
    readonly operation: OperationName,
  ) {
    this.now = new Date(world.clock.now());
  }

  /** An id in the shape that most kinds have. */
  newId(prefix = ''): string {
    return prefix + this.world.ids.text(14);
  }

  newUuid(): string {
    const hex = this.world.ids.text(32, '0123456789abcdef');
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
  }

  /** What IAM calls a role by, beside its ARN. */
  newPrincipalId(): string {
    return `AROA${this.world.ids.text(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  }

  /** When work that begins now is done, in milliseconds since the epoch. */
  readyAt(): number {
    return this.now.getTime() + this.world.deployMilliseconds;
  }

  isReady(readyAt: number): boolean {
    return readyAt <= this.now.getTime();
  }

  /** @throws Fault if there is no such domain (any more). */
  domain(id: string): Domain {
    return this.find(this.world.domains, 'Domain', id);
  }

  /** A row by id. @throws Fault `ResourceNotFoundException`, or the refusal that a deleted thing may answer. */
  find<R extends object>(table: Table<R>, what: string, id: string): R {
    return this.findOr(() => notFound(what, id), table, id);
  }

  /** The same where the operation does not declare that error. @throws Fault `ValidationException`, or the refusal. */
  findValid<R extends object>(table: Table<R>, what: string, id: string): R {
    return this.findOr(() => invalid(`${what} ${id} does not exist`), table, id);
  }

  private findOr<R extends object>(absence: () => Fault, table: Table<R>, id: string): R {
    const row = table.get(id);
    if (row !== undefined) return row;
    throw this.world.unkind.deleted === 'denied' && table.wasDeleted(id)
      ? notPermitted(this.operation)
      : absence();
  }

  /** Id of the caller's user profile in a domain, if it has one. */
  profileId(domain: Domain): string | undefined {
    return domain.profileIds.get(this.caller.principalArn);
  }

  /** What `createdBy` and its like say. */
  author(domain: Domain): string {
    return this.profileId(domain) ?? this.caller.principalArn;
  }

  page<R extends object>(input: PageInput, selection: Selection<R>, largest?: number): Page<R> {
    return this.world.pager.page(this.operation, input, selection, largest);
  }

  /** Sends an event once `delay` milliseconds have passed; at once by default. */
  emit(
    domain: Domain,
    detailType: string,
    about: Omit<EventMetadata, 'domain' | 'user' | 'awsAccountId'>,
    data: Readonly<Record<string, unknown>> = {},
    delay = 0,
  ): void {
    const user = this.author(domain);
    const id = this.newUuid();
    const send = (): void => {
      const { accountId, region, clock, emit } = this.world;
      emit({
        version: '0',
        id,
        'detail-type': detailType,
        source: 'aws.datazone',
        account: accountId,
        time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        region,
        resources: [],
        detail: {
          version: '1',
          metadata: { domain: domain.id, user, awsAccountId: accountId, ...about },
          data,
        },
      });
    };
    if (delay === 0) send();
    else void this.world.clock.sleep(delay).then(send);
  }

  /** @throws Fault `ServiceQuotaExceededException` */
  limit(count: number, largest: number, what: string): void {
    if (count > largest)
      throw new Fault('ServiceQuotaExceededException', `At most ${largest} ${what} are allowed`);
  }
}
