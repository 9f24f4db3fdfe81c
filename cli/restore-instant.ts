import type { SelectionSettings } from '../core/restore/selection';
import { readManifest } from '../core/vault/manifest';
import { type CompleteManifest, completeSnapshots } from '../core/vault/proof';
import { recount, recountOf } from '../core/vault/recount';
import { type RestorePoint, restorePoint } from '../core/vault/restore-point';
import type { Vault } from '../core/vault/vault';
import { UsageError } from './answer';
import { counted } from './table';

/** A time that is restored, and what of it is proven in this Region. */
export interface RestoreInstant {
  readonly at: string;
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
  /** A time, or the start of a snapshot. @default the newest that is proven here */
  readonly at: string | undefined;
  readonly selection: SelectionSettings;
  /** True: what nothing proves is taken as it is, and named. */
  readonly acceptIncomplete: boolean;
}

const unproven = 'not proven here';

/** Throws UsageError where something that is asked for is not proven, and nobody said that it need not be. */
export async function restoreInstant(vault: Vault, args: InstantArgs): Promise<RestoreInstant> {
  const { region } = vault.table;
  const remedy = `Run dzr prove --region ${region}, again once replication has caught up; or give another --at or --region; or --accept-incomplete, to take what is there.`;
  const wanted = args.at === undefined ? undefined : await cutOf(vault, args.at);
  const point =
    (await restorePoint(vault, wanted)) ?? (args.acceptIncomplete ? await newest(vault) : undefined);
  if (point === undefined) throw new UsageError(`No snapshot is proven in ${region} yet. ${remedy}`);
  const at = point.instant;
  const manifest = await completeBefore(vault, at);
  if (manifest === undefined && !args.acceptIncomplete) {
    throw new UsageError(`There is no COMPLETE snapshot in ${region} at or before ${at}. ${remedy}`);
  }
  const known = manifest === undefined ? await registered(vault) : Object.keys(point.kinds);
  const relevant = known.filter((kind) => isAskedFor(kind, args.selection)).sort();
  const open = relevant.filter((kind) => point.kinds[kind] === undefined);
  if (open.length > 0 && !args.acceptIncomplete) {
    throw new UsageError(`Not proven in ${region} at ${at}: ${open.join(', ')}. ${remedy}`);
  }
  const kinds = Object.fromEntries(
    relevant.map((kind) => [kind, point.kinds[kind]?.label ?? unproven] as const),
  );
  if (manifest === undefined) return { at, kinds, missing: [] };
  const lagging = relevant.filter((kind) => point.kinds[kind]?.snapshot !== manifest.startedAt);
  return { at, kinds, missing: await missingOf(vault, manifest, lagging) };
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
    throw new UsageError(
      `--at ${at} is a snapshot that is ${manifest.status}, and has no cut. Give one that dzr snapshots lists as COMPLETE.`,
    );
  }
  const now = new Date(vault.now()).toISOString();
  if (at <= now) return at;
  throw new UsageError(`--at ${at} is still to come: it is ${now}. Give a time before that.`);
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

/** What people must know of a time before they restore it; nothing where all of it is proven. */
export function proofLines({ kinds, missing }: RestoreInstant): string[] {
  const byLabel = new Map<string, string[]>();
  for (const [kind, label] of Object.entries(kinds)) {
    if (label !== 'proven') byLabel.set(label, [...(byLabel.get(label) ?? []), kind]);
  }
  return [
    ...[...byLabel].map(([label, names]) => `${label}: ${names.join(', ')}`),
    ...missing.map(
      ({ kind, snapshot, signed, missing: lost }) =>
        `${kind}: ${lost} of ${counted(signed, 'resource')} that snapshot ${snapshot} signed not here`,
    ),
  ];
}
