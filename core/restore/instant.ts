import { readManifest } from '../vault/manifest';
import { type CompleteManifest, completeSnapshots } from '../vault/proof';
import { recount, recountOf } from '../vault/recount';
import { type RestorePoint, restorePoint } from '../vault/restore-point';
import type { Vault } from '../vault/vault';
import type { SelectionSettings } from './selection';
import { refuseLostNewest } from './soundness';

/** Of no snapshot is anything proven in this Region, at or before the time. */
export class NothingProvenError extends Error {
  override readonly name = 'NothingProvenError';
}

/** Kinds that are asked for are not proven in this Region at the time. */
export class NotProvenError extends Error {
  override readonly name = 'NotProvenError';
}

/** The time is the start of a snapshot that did not come to its end. */
export class NoCutError extends Error {
  override readonly name = 'NoCutError';
}

/** The time is still to come: what it will have been, nobody knows. */
export class InstantAheadError extends Error {
  override readonly name = 'InstantAheadError';
}

/** A time that is restored, and what of it is proven in this Region. */
export interface RestoreInstant {
  readonly instant: string;
  /** Kinds by what is said of them: `proven`, `proven to <cut>, best effort after`, `not proven here`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Of kinds that lag here: what a snapshot signed, and how much of it this Region lacks. */
  readonly missing: readonly Missing[];
}

export interface Missing {
  readonly kind: string;
  readonly snapshot: string;
  readonly signed: number;
  readonly missing: number;
}

export interface InstantArgs {
  /** A time, or the start of a snapshot, which stands for its cut. @default the newest that is proven here */
  readonly at?: string | undefined;
  readonly selection: SelectionSettings;
  /** True: what nothing proves is taken as it is, and named. @default false */
  readonly acceptIncomplete?: boolean | undefined;
}

const unproven = 'not proven here';

/**
 * The time that is restored. Throws NothingProvenError or NotProvenError where something that is asked for is not
 * proven, UnsoundVaultError where the manifest of the newest that was is lost, and nobody said that this may be;
 * NoCutError, InstantAheadError.
 */
export async function instantOf(vault: Vault, args: InstantArgs): Promise<RestoreInstant> {
  const { region } = vault.table;
  const { selection, acceptIncomplete = false } = args;
  const remedy = `Run dzr prove --region ${region}, again once replication has caught up; or give another time or Region; or accept that it is incomplete, to take what is there.`;
  const wanted = args.at === undefined ? undefined : await cutOf(vault, args.at);
  const proven = await restorePoint(vault, wanted);
  if (wanted === undefined && !acceptIncomplete) await refuseLostNewest(vault, proven);
  const point = proven ?? (acceptIncomplete ? await newest(vault) : undefined);
  if (point === undefined) throw new NothingProvenError(`No snapshot is proven in ${region} yet. ${remedy}`);
  const { instant } = point;
  const manifest = await completeBefore(vault, instant);
  if (manifest === undefined && !acceptIncomplete) {
    throw new NothingProvenError(
      `There is no COMPLETE snapshot in ${region} at or before ${instant}. ${remedy}`,
    );
  }
  const known = manifest === undefined ? await registered(vault) : Object.keys(point.kinds);
  const relevant = known.filter((kind) => isAskedFor(kind, selection)).sort();
  const open = relevant.filter((kind) => point.kinds[kind] === undefined);
  if (open.length > 0 && !acceptIncomplete) {
    throw new NotProvenError(`Not proven in ${region} at ${instant}: ${open.join(', ')}. ${remedy}`);
  }
  const kinds = Object.fromEntries(
    relevant.map((kind) => [kind, point.kinds[kind]?.label ?? unproven] as const),
  );
  if (manifest === undefined) return { instant, kinds, missing: [] };
  const lagging = relevant.filter((kind) => point.kinds[kind]?.snapshot !== manifest.startedAt);
  return { instant, kinds, missing: await missingOf(vault, manifest, lagging) };
}

/** Kinds that the vault has anything of. */
async function registered(vault: Vault): Promise<string[]> {
  return [...new Set((await vault.scopes()).map(({ kind }) => kind))];
}

/** The cut of the snapshot that starts at a time; else the time itself. */
async function cutOf(vault: Vault, at: string): Promise<string> {
  const manifest = await readManifest(vault, at);
  if (manifest?.cutAt !== undefined) return manifest.cutAt;
  if (manifest !== undefined) {
    throw new NoCutError(
      `The instant ${at} is the start of a snapshot that is ${manifest.status}, and has no cut. Give one that dzr snapshots lists as COMPLETE.`,
    );
  }
  const now = new Date(vault.now()).toISOString();
  if (at <= now) return at;
  throw new InstantAheadError(`The instant ${at} is still to come: it is ${now}. Give a time before that.`);
}

/** The newest COMPLETE snapshot, proven or not. */
async function newest(vault: Vault): Promise<RestorePoint | undefined> {
  const manifest = await completeBefore(vault, undefined);
  return manifest && (await restorePoint(vault, manifest.cutAt));
}

async function completeBefore(vault: Vault, at: string | undefined): Promise<CompleteManifest | undefined> {
  for await (const manifest of completeSnapshots(vault)) {
    if (at === undefined || manifest.cutAt <= at) return manifest;
  }
  return undefined;
}

/** What a selection leaves may need, or be needed by, what it leaves out: then all kinds count. */
function isAskedFor(
  kind: string,
  { kinds, excludeKinds, withNeeds, withDependents }: SelectionSettings,
): boolean {
  if (withNeeds === true || withDependents === true) return true;
  return kinds?.includes(kind) !== false && excludeKinds?.includes(kind) !== true;
}

async function missingOf(
  vault: Vault,
  { startedAt, cutAt, kinds }: CompleteManifest,
  lagging: readonly string[],
): Promise<Missing[]> {
  if (lagging.length === 0) return [];
  const here = await recount(vault, cutAt);
  return lagging.map((kind) => {
    const { count, damaged } = recountOf(here.kinds, kind);
    const signed = kinds[kind]?.count ?? 0;
    return { kind, snapshot: startedAt, signed, missing: Math.max(0, signed - (count - damaged)) };
  });
}
