/** One call that reached the gateway. */
export interface Call {
  /** Counts all calls of all services from 1, in the order of their arrival. */
  readonly sequence: number;
  readonly service: string;
  /** `Unknown` where the service has no such operation. */
  readonly operation: string;
  readonly principalArn: string;
  /** Of the credentials that signed it: each process of a function has its own. */
  readonly accessKeyId: string;
  readonly region: string;
}

/** How often one principal called one operation in one Region. */
export interface CallCount extends Omit<Call, 'sequence' | 'accessKeyId'> {
  readonly calls: number;
  /** Of them, those that were answered with an error or not at all. */
  readonly failures: number;
}

/** DynamoDB request units by AWS's rules: 1 write unit per KB, 1 read unit per 4 KB read consistently. */
export interface CapacityUnits {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** The meters' stand at one moment. */
export interface MeterReading {
  readonly calls: readonly CallCount[];
  readonly units: Readonly<Record<string, CapacityUnits>>;
}

/** Counts what AWS would bill or throttle: calls, and DynamoDB request units by Region. */
export class Metering {
  private readonly counts = new Map<string, CallCount>();
  private readonly units = new Map<string, CapacityUnits>();

  countCall(call: Call): void {
    this.bump(call, 1, 0);
  }

  /** To be called once for a counted call that failed. */
  countFailure(call: Call): void {
    this.bump(call, 0, 1);
  }

  /** Adds request units consumed in `region`; a replicated write counts in the Region that receives it. */
  consume(region: string, consumed: Partial<CapacityUnits>): void {
    const before = this.units.get(region) ?? { readUnits: 0, writeUnits: 0 };
    this.units.set(region, {
      readUnits: before.readUnits + (consumed.readUnits ?? 0),
      writeUnits: before.writeUnits + (consumed.writeUnits ?? 0),
    });
  }

  read(): MeterReading {
    return { calls: [...this.counts.values()], units: Object.fromEntries(this.units) };
  }

  private bump(call: Call, calls: number, failures: number): void {
    const key = countKey(call);
    const { service, operation, principalArn, region } = call;
    const before = this.counts.get(key) ?? {
      service,
      operation,
      principalArn,
      region,
      calls: 0,
      failures: 0,
    };
    this.counts.set(key, { ...before, calls: before.calls + calls, failures: before.failures + failures });
  }
}

/** What happened between two readings of the same meters. */
export function difference(before: MeterReading, after: MeterReading): MeterReading {
  const earlier = new Map(before.calls.map((count) => [countKey(count), count]));
  const calls = after.calls
    .map((count) => {
      const base = earlier.get(countKey(count));
      return {
        ...count,
        calls: count.calls - (base?.calls ?? 0),
        failures: count.failures - (base?.failures ?? 0),
      };
    })
    .filter((count) => count.calls > 0 || count.failures > 0);
  const units = Object.fromEntries(
    Object.entries(after.units).map(([region, consumed]) => [
      region,
      {
        readUnits: consumed.readUnits - (before.units[region]?.readUnits ?? 0),
        writeUnits: consumed.writeUnits - (before.units[region]?.writeUnits ?? 0),
      },
    ]),
  );
  return { calls, units };
}

/** Calls by `service:Operation`, most frequent first; `principals` narrows them to some callers. */
export function callsByOperation(
  reading: MeterReading,
  principals?: readonly string[],
): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const count of reading.calls) {
    if (principals && !principals.includes(count.principalArn)) continue;
    const name = `${count.service}:${count.operation}`;
    totals.set(name, (totals.get(name) ?? 0) + count.calls);
  }
  return Object.fromEntries([...totals].sort(([, a], [, b]) => b - a));
}

/** Request units of all Regions together. */
export function totalUnits(reading: MeterReading): CapacityUnits {
  return Object.values(reading.units).reduce(
    (sum, { readUnits, writeUnits }) => ({
      readUnits: sum.readUnits + readUnits,
      writeUnits: sum.writeUnits + writeUnits,
    }),
    { readUnits: 0, writeUnits: 0 },
  );
}

function countKey({
  service,
  operation,
  principalArn,
  region,
}: Omit<Call, 'sequence' | 'accessKeyId'>): string {
  return `${service} ${operation} ${principalArn} ${region}`;
}
