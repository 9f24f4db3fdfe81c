import { checked, type Writer } from './items';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

/** Why a fail-over does not happen; the message says what to do. */
export class FailoverRefusedError extends Error {
  override readonly name = 'FailoverRefusedError';
}

export interface FailoverRequest {
  /** Who asks, in their own words. */
  readonly by: string;
  readonly reason: string;
  /** Go on though the other Region cannot be told: it may still be writing. */
  readonly force: boolean;
}

export interface Failover {
  readonly writer: Writer;
  /** False where the other Region could not be told; replication tells it once it is back. */
  readonly peerTold: boolean;
  /** True where this Region was the writer already, and nothing was changed. */
  readonly stood: boolean;
}

/**
 * Makes this Region the writer, with the next epoch, in both Regions' tables. The other Region is told first: it
 * stops before this one begins, and a crash in between leaves a vault whose newer epoch, which `begin` looks for in
 * both, is this Region's already; repeating the call completes it. Told in the other order, a crash and a broken
 * line between the Regions would leave two writers.
 *
 * @throws FailoverRefusedError if the other Region cannot be told and `force` is not given, or if somebody else
 *   moves the writer at the same time.
 */
export async function failover(here: Vault, peer: Vault, request: FailoverRequest): Promise<Failover> {
  const { region } = here.table;
  const own = await here.writer();
  const asked = await told(peer.table.region, request, () => peer.writer());
  const other = asked?.answer;
  const newest = newer(own, other);
  if (
    newest?.region === region &&
    own?.epoch === newest.epoch &&
    (other === undefined || other.epoch === own.epoch)
  ) {
    return { writer: own, peerTold: asked !== undefined, stood: true };
  }
  const writer =
    newest?.region === region
      ? newest
      : checked({
          ...here.keys.control('writer'),
          region,
          epoch: (newest?.epoch ?? 0) + 1,
          since: new Date(here.now()).toISOString(),
          by: request.by,
          reason: request.reason,
        });
  // One that has not answered is not asked again.
  const put = asked && (await told(peer.table.region, request, () => putWriter(peer, writer, other)));
  await putWriter(here, writer, own);
  return { writer, peerTold: put !== undefined, stood: false };
}

function newer(one: Writer | undefined, other: Writer | undefined): Writer | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.epoch > one.epoch ? other : one;
}

/** Undefined where the other Region does not answer, and that was to be borne. */
async function told<T>(
  region: string,
  { force }: FailoverRequest,
  call: () => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (error instanceof FailoverRefusedError || !(error instanceof Error)) throw error;
    // Being refused is a mistake in the set-up, not an outage: it must be seen.
    if (error.name === 'AccessDeniedException') throw error;
    if (force) return undefined;
    throw new FailoverRefusedError(
      `${region} does not answer, and may still be writing: ${error.message}. Once you know that no run is under way there, or that it is lost, repeat it with force`,
      { cause: error },
    );
  }
}

/** Puts the writer in place of the one that was read; one that replication has brought already stands. */
async function putWriter(vault: Vault, writer: Writer, read: Writer | undefined): Promise<void> {
  if (read?.check === writer.check) return;
  try {
    await vault.table.put(
      { ...writer },
      read === undefined ? { absent: true } : { attribute: 'check', equals: read.check },
    );
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    const there = await vault.writer();
    if (there?.check === writer.check) return;
    throw new FailoverRefusedError(
      `In ${vault.table.region} somebody else made ${there?.region} the writer, with epoch ${there?.epoch}: look again`,
    );
  }
}
