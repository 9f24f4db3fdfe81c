import pMap from 'p-map';
import type { Kind, Listed, Page, Reading } from '../catalog/kind';
import type { ReferenceFinder } from '../catalog/reference-finder';
import { ResourceAbsentError, ResourceDeniedError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import type { Head } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { facetHashes } from '../vault/vault';
import { type BackupContext, observationOf } from './context';
import type { HeadIndex } from './head-index';
import type { LiveReader } from './live-reading';
import { hasItsTurn } from './reading-turn';
import { mostSkewOfTwo } from './skew';
import type { TargetSet } from './targets';

/** Writes and reads under way at once: enough to hide latency, few enough for a small function's sockets. */
const concurrency = 16;
/** The same for Gets of listed resources, whose pace is the source's matter. */
const getsAtOnce = 4;

/** The facet under which the vault keeps what a list told of a resource. */
const listedFacet = 'listed';

/** A page, and what it takes to judge it. */
export interface Shown {
  readonly page: Page;
  /** When it was asked for, ms since the epoch. */
  readonly readAt: number;
  /** When the sweep began. */
  readonly since: number;
  /** The same page once more. */
  readonly again: () => Promise<Page | undefined>;
}

export interface IntakeArgs {
  readonly context: BackupContext;
  readonly kind: Kind;
  readonly scope: ScopeRef;
  readonly index: HeadIndex;
  /** The scope is new with this writer. */
  readonly isNew: boolean;
  readonly live: LiveReader;
  readonly finder: Pick<ReferenceFinder, 'referencesOf'>;
  readonly targets: Pick<TargetSet, 'add'>;
}

/** Takes what the pages of one scope show into the vault, and notes what their records point to. */
export class Intake {
  /** A resource of the scope that the source has shown. */
  met: string | undefined;

  constructor(private readonly args: IntakeArgs) {}

  /** True for news: the page held what the vault did not have, and the source may have it only since the sweep began. */
  async take(shown: Shown): Promise<boolean> {
    const { readings, listed = [] } = shown.page;
    const read = await pMap(readings, (reading) => this.takeReading(reading, shown), { concurrency });
    const named = await pMap(listed, (item) => this.takeListed(item, shown), { concurrency: getsAtOnce });
    return [...read, ...named].includes(true);
  }

  private async takeReading(reading: Reading, { readAt, since }: Shown): Promise<boolean> {
    const { kind, index, live } = this.args;
    this.met ??= reading.id;
    index.markSeen(reading.id);
    const held = index.holds(reading.id, hashOf(reading.record), facetHashes(reading.facets));
    if (!held) {
      await this.write(reading.id, async (head) => {
        const trusted = this.mayReplace(head, reading, readAt) ? reading : await live.read(reading.id);
        if (trusted === undefined) return undefined;
        index.note(reading.id, hashOf(trusted.record), facetHashes(trusted.facets));
        return observationOf(kind, trusted);
      });
      index.addNew(reading.id);
    }
    await this.noteReferences(reading);
    return !held && this.isNews(reading, since);
  }

  /** Reads what a list only names, unless the vault holds it under what the list tells of it. */
  private async takeListed({ id, summary }: Listed, shown: Shown): Promise<boolean> {
    const { context, kind, index } = this.args;
    const isTold = Object.keys(summary).length > 0;
    const isHeld = isTold && index.holdsFacet(id, listedFacet, hashOf(summary));
    const held = isHeld && !hasItsTurn(id, context.run.startedAt) ? await this.heldReading(id) : undefined;
    if (held !== undefined) {
      this.met ??= id;
      index.markSeen(id);
      await this.noteReferences(held);
      return false;
    }
    let found: Reading | undefined;
    const outcome = await this.write(id, async () => {
      const read = await this.readListed(id, shown);
      found = read && { ...read, facets: { ...read.facets, [listedFacet]: summary } };
      return found && { ...observationOf(kind, found), signs: [listedFacet] };
    });
    // Deleted since the page was read: what stood behind it may have moved.
    if (found === undefined) return true;
    this.met ??= id;
    index.markSeen(id);
    index.note(id, hashOf(found.record), facetHashes(found.facets));
    await this.noteReferences(found);
    return outcome !== 'unchanged' && this.isNews(found, shown.since);
  }

  private write(id: string, observe: Parameters<BackupContext['writer']['write']>[2]) {
    const { context, scope, index, isNew } = this.args;
    const noHead = !index.has(id);
    return context.writer.write(scope, id, observe, { noHead, noVersion: noHead && isNew });
  }

  /** What the vault holds, but for what an older normaliser made: its record may lack what counts by now. */
  private async heldReading(id: string): Promise<Reading | undefined> {
    const { context, kind, scope } = this.args;
    const head = await context.vault.head(scope, id);
    if (head?.state !== 'LIVE' || head.normaliser !== kind.normaliser) return undefined;
    const version = await context.vault.version(kind.name, id, head.version);
    if (version === undefined) return undefined;
    return { id, scopeId: scope.scopeId, ...(await context.vault.payload(kind.name, version)) };
  }

  /** Undefined for a resource that was deleted since it was listed. One that is listed still, but denied, is not. */
  private async readListed(id: string, { again }: Shown): Promise<Reading | undefined> {
    const { context, kind, scope, live } = this.args;
    try {
      return await kind.read(context.source, id, scope.scopeId);
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      if (!(error instanceof ResourceDeniedError) || error.byIam) throw error;
      const page = await again();
      if (page === undefined || page.listed?.some((item) => item.id === id)) throw error;
      return live.read(id);
    }
  }

  /**
   * A page was read before the head was, and an index shows an older state besides: only a newer revision, or a
   * head that was surely there before what the page shows, takes its word.
   */
  private mayReplace(head: Head | undefined, reading: Reading, readAt: number): boolean {
    if (head === undefined) return true;
    const { context, kind } = this.args;
    const lag = kind.indexed ? context.indexLag : mostSkewOfTwo;
    if (Date.parse(head.validFrom) < readAt - lag) return true;
    return (
      reading.changedAt !== undefined &&
      head.changedAt !== undefined &&
      reading.changedAt > Date.parse(head.changedAt)
    );
  }

  private async noteReferences(reading: Reading): Promise<void> {
    const { kind, finder, targets } = this.args;
    targets.add(await finder.referencesOf(kind, reading));
  }

  private isNews({ changedAt }: Reading, since: number): boolean {
    return (changedAt ?? since) >= since - this.args.context.indexLag;
  }
}
