import assert from 'node:assert/strict';
import { FakeClock } from '../../../local/clock';
import { type Extent, makeRandomDomain } from '../../../local/fixture/random-domain';
import { BackupBench, type BenchOptions, type RunOptions } from '../../support/in-process-backup';
import { callerOf } from '../../support/wire-server';
import type { Committed } from './vault-views';

/** One or two of everything: the kinds themselves are what hundreds of such domains differ in. */
export const tiny: Partial<Extent> = {
  units: 1,
  users: 3,
  groups: 2,
  projects: 1,
  terms: 3,
  types: 1,
  assets: 2,
  subscriptions: 4,
  form: 500,
};

export interface RandomBenchOptions extends Omit<BenchOptions, 'domain' | 'clock' | 'inMemory'> {
  readonly extent?: Partial<Extent>;
}

/** A bench with a domain made at random; its clock stands still but for a millisecond at each call that makes it. */
export async function randomBench({ extent = tiny, version = 'V1', ...options }: RandomBenchOptions) {
  const clock = new FakeClock();
  const bench = await BackupBench.start({
    inMemory: true,
    ...options,
    clock,
    domain: (service, random) =>
      makeRandomDomain({
        service,
        caller: callerOf('admin'),
        version,
        random,
        extent,
        tick: () => clock.advance(1),
      }),
  });
  return { bench, clock };
}

export async function committed(bench: BackupBench, options: RunOptions = {}): Promise<Committed> {
  const result = await bench.run(options);
  assert.ok('more' in result && !result.more, JSON.stringify(result));
  return result;
}
