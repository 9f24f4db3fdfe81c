import * as z from 'zod';
import { checked, verified } from '../vault/items';
import { decodeJson, encodeJson, slices } from '../vault/payload';
import type { Vault } from '../vault/vault';

/** How far a scope of a group has come. */
const scopeProgressSchema = z.object({
  kind: z.string(),
  scopeId: z.string(),
  status: z.enum(['PENDING', 'CAPTURED', 'UNREADABLE', 'GONE']),
  /** Why it is unreadable: operation, error class, message. */
  reason: z.string().optional(),
  /** True if this run made its reader a member of the project. */
  enrolled: z.boolean().optional(),
});
export type ScopeProgress = z.infer<typeof scopeProgressSchema>;

/** Where the sweep of the group's current scope stands when a worker's time is up. */
const checkpointSchema = z.object({
  cursor: z.string().optional(),
  /** Bit per head that was there when the sweep began, in order of sort keys: was it seen? */
  seen: z.instanceof(Uint8Array),
  /** Fingerprint of those heads: with another one the bits mean nothing, and the sweep starts again. */
  fingerprint: z.string(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

const groupSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  expiresAt: z.number().int(),
  scopes: z.array(scopeProgressSchema),
  checkpoint: checkpointSchema.optional(),
  newestValidFrom: z.string().optional(),
});
export type GroupState = Omit<z.infer<typeof groupSchema>, 'pk' | 'sk' | 'check' | 'expiresAt'>;

const targetsSchema = z.array(z.tuple([z.string(), z.string(), z.string().nullable()]));
const targetsItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  expiresAt: z.number(),
  part: z.instanceof(Uint8Array),
  parts: z.number().int(),
});

type NoteName = 'closing' | 'tally';
const noteSchema = z.looseObject({ note: z.instanceof(Uint8Array) });

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

  async putGroup(group: number, state: GroupState): Promise<void> {
    await this.put(this.vault.keys.workGroup(this.startedAt, group), { ...state });
  }

  async group(group: number): Promise<GroupState | undefined> {
    const item = await this.vault.table.get(this.vault.keys.workGroup(this.startedAt, group));
    return item === undefined ? undefined : verified(groupSchema, item);
  }

  async groups(): Promise<GroupState[]> {
    const found: GroupState[] = [];
    for await (const item of this.vault.table.query(this.vault.keys.work(this.startedAt), {
      prefix: 'group#',
    })) {
      found.push(verified(groupSchema, item));
    }
    return found;
  }

  /** Hands on the targets that one worker met; `source` names the worker's part, so that a repeat replaces it. */
  async putTargets(source: string, targets: readonly Target[]): Promise<void> {
    const parts = slices(await encodeJson(targets));
    for (const [index, part] of parts.entries()) {
      const key = this.vault.keys.workReferences(this.startedAt, source, index);
      await this.put(key, { part, parts: parts.length });
    }
  }

  async targets(): Promise<Target[]> {
    const found: Target[] = [];
    let pending: Uint8Array[] = [];
    for await (const item of this.vault.table.query(this.vault.keys.work(this.startedAt), {
      prefix: 'references#',
    })) {
      const { sk, part, parts } = verified(targetsItemSchema, item);
      const index = Number(sk.slice(sk.lastIndexOf('#') + 1));
      // A worker that was repeated may have had more parts the first time: those beyond the present count are stale.
      if (index === 0) pending = [];
      pending.push(part);
      if (index === parts - 1) found.push(...targetsSchema.parse(await decodeJson(Buffer.concat(pending))));
    }
    return found;
  }

  /** A named note of one task for the next. */
  async putNote(name: NoteName, note: object): Promise<void> {
    // Through JSON, so that members that are undefined are left out.
    await this.put(this.noteKey(name), { note: await encodeJson(JSON.parse(JSON.stringify(note))) });
  }

  async note<S extends z.ZodType>(name: NoteName, schema: S): Promise<z.infer<S> | undefined> {
    const item = await this.vault.table.get(this.noteKey(name));
    return item === undefined ? undefined : schema.parse(await decodeJson(verified(noteSchema, item).note));
  }

  private noteKey(name: NoteName) {
    const { keys } = this.vault;
    return name === 'closing' ? keys.workClosing(this.startedAt) : keys.workTally(this.startedAt);
  }

  private async put(key: { pk: string; sk: string }, content: Record<string, unknown>): Promise<void> {
    const expiresAt = Math.floor(Date.parse(this.startedAt) / 1000) + keptFor;
    await this.vault.table.put(checked({ ...key, ...content, expiresAt }));
  }
}
