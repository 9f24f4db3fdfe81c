import type { Kind, Page, Parent, Reading } from '../catalog/kind';
import { InvalidRequestError, ResourceAbsentError, RetryableError } from '../catalog/source';
import type { Head } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { type BackupContext, observationOf } from './context';
import { HeadIndex } from './head-index';
import { Intake } from './intake';
import { liveSibling } from './lists';
import { LiveReader } from './live-reading';

/** What is listed, and where the vault keeps it. */
export interface ListedUnder {
  /** What it is listed under, as it was just read. Absent: that is gone, and the list with it. */
  readonly parent?: { readonly kind: string; readonly id: string; readonly reading: Reading };
  /** What ids in the list begin with. Absent: the list is all of the scope. */
  readonly prefix?: string;
}

/** All heads were there before: none counts as met because it is new. */
const endOfTime = '9999-12-31T23:59:59.999Z';

/** References are closed by snapshots. */
const noReferences = {
  finder: { referencesOf: async () => [] },
  targets: { add: () => undefined },
};

/** Brings one list of a kind into the vault: what it shows, and what it shows no more. */
export class ListedChanges {
  private readonly live: LiveReader;

  constructor(
    private readonly context: BackupContext,
    private readonly kind: Kind,
    private readonly scope: ScopeRef,
    private readonly list: ListedUnder,
  ) {
    this.live = new LiveReader(context, kind, scope, () => liveSibling(context.vault, scope, ''));
  }

  /** Twice, where the first look wrote something: the list may have changed between reading and writing. */
  async capture(): Promise<void> {
    const { vault, now, writer } = this.context;
    const before = writer.newestValidFrom;
    if (this.list.parent !== undefined) {
      await vault.registerScope(this.scope, new Date(now()).toISOString());
    }
    await this.look();
    if (writer.newestValidFrom !== before) await this.look();
  }

  private async look(): Promise<void> {
    const { writer } = this.context;
    const index = await HeadIndex.of(this.heads(), endOfTime);
    if (this.list.parent !== undefined) await this.sweep(index);
    if (!index.someLiveUnseen) return;
    for await (const { id, state } of this.heads()) {
      if (state !== 'LIVE' || index.wasSeen(id)) continue;
      this.refuseLate();
      await writer.write(this.scope, id, async () => {
        const reading = await this.live.read(id);
        return reading && observationOf(this.kind, reading);
      });
    }
  }

  private async sweep(index: HeadIndex): Promise<void> {
    const { context, kind, scope, live } = this;
    const isNew = false;
    const intake = new Intake({ context, kind, scope, index, isNew, live, ...noReferences });
    let cursor: string | undefined;
    do {
      this.refuseLate();
      const at = cursor;
      const readAt = context.now();
      const page = await this.page(at);
      await intake.take({ page, readAt, since: readAt, again: () => this.page(at) });
      ({ cursor } = page);
    } while (cursor !== undefined);
  }

  /** No page for a parent that is gone by now: what was listed under it is looked for one by one. */
  private async page(cursor: string | undefined): Promise<Page> {
    try {
      return await this.kind.enumerate(this.context.source, this.scope.scopeId, cursor, this.parent);
    } catch (error) {
      if (error instanceof ResourceAbsentError || error instanceof InvalidRequestError)
        return { readings: [] };
      throw error;
    }
  }

  private get parent(): Parent | undefined {
    const { parent, prefix } = this.list;
    if (parent === undefined || prefix === undefined) return undefined;
    return { kind: parent.kind, id: parent.id, content: async () => parent.reading };
  }

  private heads(): AsyncGenerator<Head> {
    const { prefix } = this.list;
    const { vault } = this.context;
    return prefix === undefined ? vault.heads(this.scope) : vault.headsUnder(this.scope, prefix);
  }

  private refuseLate(): void {
    if (!this.context.timeIsUp()) return;
    throw new RetryableError(`time was up before the list of ${this.kind.name} was read to its end`);
  }
}
