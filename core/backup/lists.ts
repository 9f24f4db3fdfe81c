import * as z from 'zod';
import type { Kind, Parent } from '../catalog/kind';
import { InvalidRequestError, ResourceAbsentError, ResourceDeniedError } from '../catalog/source';
import { CorruptItemError, type Head } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import type { Vault } from '../vault/vault';
import type { BackupContext } from './context';
import { LiveReader, UnconfirmedAbsenceError } from './live-reading';
import { Rotation, type Turn } from './rotation';

/** Where a list stands among those of its scope: the kind of its parent, and the sort key of the parent's head. */
export const listPlaceSchema = z.object({ kind: z.string(), sk: z.string() });
export type ListPlace = z.infer<typeof listPlaceSchema>;

/** One enumeration: of all of a scope, or of what hangs on one parent. */
export interface List {
  readonly parent?: Parent;
  readonly place?: ListPlace;
}

/** The enumerations of one scope: a single one, or one under each of its live parents that the vault holds. */
export class ScopeLists {
  private withoutTurn: Promise<ReadonlySet<string>> | undefined;

  private constructor(
    private readonly context: BackupContext,
    private readonly kind: Kind,
    private readonly scope: ScopeRef,
    private readonly rotation: Rotation | undefined,
  ) {}

  /** `turn` is that of an earlier worker, where its sweep goes on. */
  static async of(
    context: BackupContext,
    kind: Kind,
    scope: ScopeRef,
    turn: Turn | undefined,
  ): Promise<ScopeLists> {
    const { vault, rotationRuns: slices } = context;
    const rotates = kind.parentage?.rotates === true;
    const rotation = rotates
      ? await Rotation.of(vault, scope, { slices, now: context.now(), turn })
      : undefined;
    return new ScopeLists(context, kind, scope, rotation);
  }

  get turn(): Turn | undefined {
    return this.rotation?.turn;
  }

  /** In an order that stays: the parents' kinds as declared, their heads by sort key. From `place` on, where given. */
  async *from(place?: ListPlace): AsyncGenerator<List> {
    const { parentage } = this.kind;
    if (parentage === undefined) {
      yield {};
      return;
    }
    const start = place === undefined ? 0 : parentage.kinds.indexOf(place.kind);
    for (const kind of parentage.kinds.slice(Math.max(0, start))) {
      const scope = { kind, scopeId: this.scope.scopeId };
      for await (const head of this.context.vault.heads(scope)) {
        if (head.state !== 'LIVE' || (kind === place?.kind && head.sk < place.sk)) continue;
        if (this.rotation?.asks(head) === false) continue;
        yield { parent: parentOf(this.context.vault, kind, head), place: { kind, sk: head.sk } };
      }
    }
  }

  /** Ids of live parents that have no turn in this run. */
  passedOver(): Promise<ReadonlySet<string>> {
    this.withoutTurn ??= this.findWithoutTurn();
    return this.withoutTurn;
  }

  private async findWithoutTurn(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    if (this.rotation === undefined) return ids;
    for (const kind of this.kind.parentage?.kinds ?? []) {
      for await (const head of this.context.vault.heads({ kind, scopeId: this.scope.scopeId })) {
        if (head.state === 'LIVE' && !this.rotation.asks(head)) ids.add(head.id);
      }
    }
    return ids;
  }

  /** Has a parent vanished since it was captured, which `error` may come from? */
  async isGone({ kind: name, id }: Parent, error: unknown): Promise<boolean> {
    if (error instanceof ResourceAbsentError) return true;
    const kind = this.context.kindByName(name);
    const maySay = error instanceof ResourceDeniedError || error instanceof InvalidRequestError;
    if (!maySay || kind === undefined) return false;
    const scope = { kind: name, scopeId: this.scope.scopeId };
    const live = new LiveReader(this.context, kind, scope, () => liveSibling(this.context.vault, scope, id));
    try {
      return (await live.read(id)) === undefined;
    } catch (doubt) {
      if (doubt instanceof UnconfirmedAbsenceError) return false;
      throw doubt;
    }
  }
}

function parentOf(vault: Vault, kind: string, head: Head): Parent {
  return {
    kind,
    id: head.id,
    content: async () => {
      const version = await vault.version(kind, head.id, head.version);
      if (version === undefined) {
        throw new CorruptItemError(`Version ${head.version} of ${kind} ${head.id} is missing`);
      }
      return vault.payload(kind, version);
    },
  };
}

/** A live resource of a scope other than this one, as far as the vault knows. */
export async function liveSibling(vault: Vault, scope: ScopeRef, id: string): Promise<string | undefined> {
  for await (const head of vault.heads(scope)) if (head.state === 'LIVE' && head.id !== id) return head.id;
  return undefined;
}

export function isAt({ place }: List, other: ListPlace | undefined): boolean {
  return place?.kind === other?.kind && place?.sk === other?.sk;
}
