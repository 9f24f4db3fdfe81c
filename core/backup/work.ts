import * as z from 'zod';
import { writeBeside } from '../vault/beside';
import { type Json, sha256 } from '../vault/canonical';
import { checked, verified } from '../vault/items';
import type { Manifest } from '../vault/manifest';
import { decodeJson, encodeJson, slices } from '../vault/payload';
import { ConditionFailedError, type Expectation } from '../vault/table';
import type { Vault } from '../vault/vault';
import { listPlaceSchema } from './lists';
import { refusalsSchema } from './refusals';
import { turnSchema } from './rotation';
import { sweepSchema } from './sweep';

/** How far a scope of a group has come. */
const scopeProgressSchema = z.object({
  kind: z.string(),
  scopeId: z.string(),
  /** SWEPT: read to its end, and the check is still due that the reader was a member all along. */
  status: z.enum(['PENDING', 'SWEPT', 'CAPTURED', 'UNREADABLE', 'GONE']),
  /** Why it is unreadable: operation, error class, message. */
  reason: z.string().optional(),
  /** True if this run made its reader a member of the project. */
  enrolled: z.boolean().optional(),
  /** Where its parents take turns: whose turn it was. */
  turn: turnSchema.optional(),
  /** How often the API failed after the sweep had come further. */
  interruptions: z.number().int().optional(),
  /** How often the API failed while the scope was read. */
  failures: z.number().int().optional(),
});
export type ScopeProgress = z.infer<typeof scopeProgressSchema>;

/** Where the sweep of a scope stands when a worker's time is up. */
const checkpointSchema = z.object({
  cursor: z.string().optional(),
  /** The list that `cursor` and `sweep` are of, in a scope of many. */
  place: listPlaceSchema.optional(),
  /** Bit per head that was there when the sweep began, in order of sort keys: was it seen? */
  seen: z.instanceof(Uint8Array),
  /** Fingerprint of those heads: with another one the bits mean nothing, and the sweep starts again. */
  fingerprint: z.string(),
  sweep: sweepSchema.optional(),
  turn: turnSchema.optional(),
  refusals: refusalsSchema.optional(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

const positionSchema = checkpointSchema.extend({ position: z.number().int() });

const groupSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  expiresAt: z.number().int(),
  /** Packed: what ten thousand projects have not let be read would not fit an item. */
  scopes: z.instanceof(Uint8Array),
  checkpoint: positionSchema.optional(),
  newestValidFrom: z.string().optional(),
});

export interface GroupState {
  readonly scopes: ScopeProgress[];
  /** Belongs to the scope at `position`. */
  readonly checkpoint?: z.infer<typeof positionSchema> | undefined;
  readonly newestValidFrom?: string | undefined;
}

const targetsSchema = z.array(z.tuple([z.string(), z.string(), z.string().nullable()]));

/** A slice of something that may not fit one item; its key names the whole and the slice's number. */
const sliceSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  expiresAt: z.number(),
  slice: z.instanceof(Uint8Array),
  slices: z.number().int(),
});

type NoteName = 'closing' | 'collect' | 'tally';

/** A resource that some captured record points to: kind, id, and its scope where the record told it. */
export type Target = readonly [kind: string, id: string, scopeId: string | null];

/** Work items outlive their run by this much, so that a failed run can be looked into; then TTL removes them. */
const keptFor = 30 * 24 * 3600;

/** What the workers of one run hand to each other through the table, since state payloads end at 256 KiB. */
export class Work {
  constructor(
    private readonly vault: Vault,
    private readonly startedAt: string,
  ) {}

  /** Writes a group as `begin` deals it out; one that an earlier attempt dealt out stays as it is by now. */
  async openGroup(group: number, state: GroupState): Promise<void> {
    try {
      await this.putGroup(group, state, { absent: true });
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  }

  async putGroup(group: number, state: GroupState, expected?: Expectation): Promise<void> {
    // Through JSON, so that members that are undefined are left out.
    const scopes = encodeJson(JSON.parse(JSON.stringify(state.scopes)));
    await this.put(this.vault.keys.workGroup(this.startedAt, group), { ...state, scopes }, expected);
  }

  async group(group: number): Promise<GroupState | undefined> {
    const item = await this.vault.table.get(this.vault.keys.workGroup(this.startedAt, group));
    return item === undefined ? undefined : stateOf(verified(groupSchema, item));
  }

  async groups(): Promise<(GroupState & { readonly number: number })[]> {
    const found: (GroupState & { number: number })[] = [];
    for await (const item of this.vault.table.query(this.vault.keys.work(this.startedAt), {
      prefix: 'group#',
    })) {
      const group = verified(groupSchema, item);
      found.push({ ...(await stateOf(group)), number: Number(group.sk.slice('group#'.length)) });
    }
    return found;
  }

  /** Hands on the targets that one worker met; `source` names the worker's part of the run. */
  async putTargets(source: string, targets: readonly Target[]): Promise<void> {
    await this.putSliced(`references#${source}`, targets);
  }

  /** All targets, some more than once: of a task that was repeated, what each attempt had met. */
  async targets(): Promise<Target[]> {
    const found: Target[] = [];
    for await (const targets of this.sliced('references#')) {
      for (const target of targetsSchema.parse(targets)) found.push(target);
    }
    return found;
  }

  /** A note of one task for its next call or the next task; of one name, the highest number counts. */
  async putNote(name: NoteName, number: number, note: object): Promise<void> {
    // Through JSON, so that members that are undefined are left out.
    await this.putSliced(`${name}#${String(number).padStart(6, '0')}`, JSON.parse(JSON.stringify(note)));
  }

  async note<S extends z.ZodType>(name: NoteName, schema: S): Promise<z.infer<S> | undefined> {
    let newest: unknown;
    for await (const note of this.sliced(`${name}#`)) newest = note;
    return newest === undefined ? undefined : schema.parse(newest);
  }

  /**
   * Says beside the manifest which items its run has written, so that one that is lost is named. Those of collection
   * are still to come.
   */
  async putNames(): Promise<NonNullable<Manifest['work']>> {
    const { vault, startedAt, expiresAt } = this;
    const names: string[] = [];
    for await (const { sk } of vault.table.query(vault.keys.work(startedAt))) {
      if (!String(sk).startsWith('collect#')) names.push(String(sk));
    }
    return { ...(await writeBeside(vault, startedAt, 'work', names)), expiresAt };
  }

  private async putSliced(name: string, content: Json): Promise<void> {
    const bytes = encodeJson(content);
    const parts = slices(bytes);
    const hash = sha256(bytes).slice(0, 16);
    for (const [index, slice] of parts.entries()) {
      const key = this.vault.keys.workSlice(this.startedAt, name, hash, index);
      await this.put(key, { slice, slices: parts.length });
    }
  }

  /** What was put under names with this prefix, in order of the names; what a task died over is left out. */
  private async *sliced(prefix: string): AsyncGenerator<unknown> {
    let whole = '';
    let parts: Uint8Array[] = [];
    for await (const item of this.vault.table.query(this.vault.keys.work(this.startedAt), { prefix })) {
      const { sk, slice, slices: count } = verified(sliceSchema, item);
      const name = sk.slice(0, sk.lastIndexOf('#'));
      if (name !== whole) parts = [];
      whole = name;
      parts.push(slice);
      if (parts.length === count) yield decodeJson(Buffer.concat(parts));
    }
  }

  private async put(
    key: { pk: string; sk: string },
    content: Record<string, unknown>,
    expected?: Expectation,
  ): Promise<void> {
    await this.vault.table.put(checked({ ...key, ...content, expiresAt: this.expiresAt }), expected);
  }

  /** In s since the epoch. */
  private get expiresAt(): number {
    return Math.floor(Date.parse(this.startedAt) / 1000) + keptFor;
  }
}

async function stateOf({
  scopes,
  checkpoint,
  newestValidFrom,
}: z.infer<typeof groupSchema>): Promise<GroupState> {
  const progress = z.array(scopeProgressSchema).parse(decodeJson(scopes));
  return {
    scopes: progress,
    ...(checkpoint && { checkpoint }),
    ...(newestValidFrom !== undefined && { newestValidFrom }),
  };
}
