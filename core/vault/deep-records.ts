import * as z from 'zod';
import { besideKey, readBeside } from './beside';
import type { Problem } from './finding';
import { CorruptItemError, MissingItemError, verified } from './items';
import type { Key } from './keys';
import { findingKey, findingsOf, type Manifest, manifestSchema, mostFindings } from './manifest';
import { markSchema } from './mark';
import type { Attributes } from './table';
import type { Vault } from './vault';

/** An item that another one names, and what it is if it is not there. */
export interface Expected {
  readonly key: Key;
  readonly problem: Problem;
  readonly text: string;
}

/** Sort keys. */
const workSchema = z.array(z.string());

/** Of a restore, as much as tells which items are beside it. */
const restoreSchema = z.looseObject({
  runId: z.string(),
  status: z.string(),
  targetDomainId: z.string(),
  totals: z.record(z.string(), z.number()),
  pages: z.number().int(),
});
type Restore = z.infer<typeof restoreSchema>;

const outcomeSchema = z.looseObject({
  kind: z.string(),
  sourceId: z.string(),
  targetId: z.string().optional(),
  outcome: z.string(),
  action: z.string(),
  intended: z.boolean().optional(),
});
type Outcome = z.infer<typeof outcomeSchema>;

/**
 * What the records of a vault (snapshots, decisions, pins, proofs, restores) name of each other, so that one that is
 * lost is named by another. docs/vault.md lists those that nothing names.
 */
export class Records {
  private readonly restores = new Map<string, Promise<Restore | undefined>>();

  constructor(
    private readonly vault: Vault,
    /** May an item of a run that began then be half of what is still being written? */
    private readonly isYoung: (startedAt: string) => boolean,
  ) {}

  /** What an item names by which no copy of a resource is meant. Throws CorruptItemError. */
  async namedBy(item: Attributes, { pk, sk }: Key): Promise<readonly Expected[]> {
    const { keys } = this.vault;
    if (pk === keys.manifests()) return this.namedByManifest(verified(manifestSchema, item));
    const [first = '', second] = pk.slice(keys.prefix.length).split('/');
    switch (first) {
      case 'snapshot':
      case 'run':
        return this.manifestOf(second ?? '', pk);
      case 'proof':
      case 'pin':
      case 'decision':
        return [...this.manifestOf(sk, pk), ...this.markOf(item, { pk, sk })];
      case 'mark':
        return this.markedBy(item, { pk, sk });
      case 'restore':
        return second === undefined ? this.besideRestore(item, sk) : this.namedByPartOf(second, item, sk);
      default:
        return [];
    }
  }

  private async namedByManifest(manifest: Manifest): Promise<readonly Expected[]> {
    const { keys } = this.vault;
    const { startedAt, previous, horizon, epoch } = manifest;
    if (this.isYoung(startedAt)) return [];
    const lost = (key: Key, what: string): Expected => ({
      key,
      problem: 'missing record',
      text: `${what} of which the snapshot ${startedAt} tells is not there`,
    });
    const found: Expected[] = [];
    if (previous !== undefined) found.push(...this.manifestOf(previous, `the snapshot ${startedAt}`));
    if (horizon !== undefined) found.push(lost(keys.control('horizon'), 'The horizon'));
    if (epoch !== undefined) found.push(lost(keys.control('writer'), 'The writer'));
    for (const name of ['counts', 'work'] as const) {
      const { slices, hash } = manifest[name] ?? { slices: 0, hash: '' };
      for (let slice = 0; slice < slices; slice++) {
        found.push(lost(besideKey(this.vault, startedAt, name, hash, slice), `A slice of the ${name}`));
      }
    }
    for (const name of await this.workOf(manifest)) {
      found.push(lost({ pk: keys.work(startedAt), sk: name }, `The work item ${name}`));
    }
    for (const [name, finding] of Object.entries(findingsOf(manifest))) {
      if (finding === undefined || finding.count <= mostFindings) continue;
      for (let index = 0; index < finding.count; index++) {
        found.push(lost(findingKey(this.vault, startedAt, name, index), `One of what is ${name}`));
      }
    }
    return found;
  }

  /** What must still be there of what the tasks of a run handed to each other. */
  private async workOf({ startedAt, work }: Manifest): Promise<readonly string[]> {
    if (work === undefined || work.expiresAt * 1000 <= this.vault.now()) return [];
    try {
      return workSchema.parse(await readBeside(this.vault, startedAt, 'work', work));
    } catch (error) {
      // Found by itself.
      if (error instanceof MissingItemError || error instanceof CorruptItemError) return [];
      throw error;
    }
  }

  private markOf({ markedAt }: Attributes, key: Key): readonly Expected[] {
    if (typeof markedAt !== 'string' || this.isYoung(markedAt)) return [];
    const text = `The mark of ${key.pk} ${key.sk} is not there`;
    return [{ key: this.vault.keys.mark(key), problem: 'missing record', text }];
  }

  private markedBy(item: Attributes, key: Key): readonly Expected[] {
    const { written, markedAt } = verified(markSchema, item);
    if (!written || this.isYoung(markedAt)) return [];
    const marked = this.vault.keys.marked(key);
    const text = `${marked.pk} ${marked.sk} is not there, though it was written`;
    return [{ key: marked, problem: 'missing record', text }];
  }

  private manifestOf(startedAt: string, by: string): readonly Expected[] {
    if (this.isYoung(startedAt)) return [];
    const text = `The manifest of the snapshot ${startedAt} is not there, though ${by} names it`;
    return [{ key: this.vault.keys.manifest(startedAt), problem: 'missing manifest', text }];
  }

  private besideRestore(item: Attributes, sk: string): readonly Expected[] {
    const restore = restoreSchema.safeParse(item);
    if (!restore.success) return [];
    const { runId, pages, status, totals } = restore.data;
    const names = Array.from({ length: pages }, (_, page) => `plan#${String(page).padStart(6, '0')}`);
    if (status === 'COMPLETE' || status === 'PARTIAL') {
      const actions = Object.values(totals).reduce((sum, count) => sum + count, 0);
      for (let seq = 1; seq <= actions; seq++) names.push(`outcome#${String(seq).padStart(8, '0')}`);
    }
    return names.map((name) => ({
      key: this.vault.keys.restoreItem(runId, name),
      problem: 'missing record',
      text: `${name} of the restore ${sk} is not there`,
    }));
  }

  private async namedByPartOf(run: string, item: Attributes, sk: string): Promise<readonly Expected[]> {
    const runId = decodeURIComponent(run);
    // A plan is written before what names it.
    if (this.isYoung(runId.slice(0, new Date(0).toISOString().length))) return [];
    const header: Expected = {
      key: { pk: this.vault.keys.restores(), sk: run },
      problem: sk.startsWith('plan#') ? 'stray part' : 'missing record',
      text: `The restore ${runId} is not there, though ${sk} is of it`,
    };
    const outcome = sk.startsWith('outcome#') ? outcomeSchema.safeParse(item).data : undefined;
    if (outcome === undefined) return [header];
    return [header, ...this.intentOf(runId, outcome, sk), ...(await this.entryOf(run, runId, outcome))];
  }

  private intentOf(runId: string, { intended }: Outcome, sk: string): readonly Expected[] {
    if (intended !== true) return [];
    const name = sk.replace('outcome#', 'intent#');
    const text = `${name} of the restore ${runId} is not there, though ${sk} says that it was`;
    return [{ key: this.vault.keys.restoreItem(runId, name), problem: 'missing record', text }];
  }

  private async entryOf(run: string, runId: string, outcome: Outcome): Promise<readonly Expected[]> {
    const { kind, sourceId, targetId, outcome: came, action } = outcome;
    const isMapped = targetId !== undefined && action !== 'relink';
    if (!isMapped || !['DONE', 'ADOPTED', 'SKIPPED'].includes(came)) return [];
    const restore = await this.restoreOf(run);
    if (restore === undefined) return [];
    const key = this.vault.keys.idMapEntry(restore.targetDomainId, kind, sourceId);
    const text = `The id map does not know what stands for ${kind} ${sourceId}, though the restore ${runId} made or found it`;
    return [{ key, problem: 'missing record', text }];
  }

  private restoreOf(run: string): Promise<Restore | undefined> {
    const reading =
      this.restores.get(run) ??
      this.vault.table
        .get({ pk: this.vault.keys.restores(), sk: run })
        .then((item) => restoreSchema.safeParse(item).data);
    this.restores.set(run, reading);
    return reading;
  }
}
