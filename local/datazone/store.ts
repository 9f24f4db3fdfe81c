/** A row in its place. Rows are never changed, only replaced: who holds one holds what it was then. */
export interface Entry<R> {
  readonly id: string;
  /** Rises with every insertion: the order of pages, and what a cursor remembers. */
  readonly sequence: number;
  readonly row: R;
}

interface Slot<R> extends Entry<R> {
  row: R;
}

/** Rows by id, in the order of their insertion, and in that order within groups (a project's, a parent's). */
export class Table<R extends object> {
  private readonly byId = new Map<string, Slot<R>>();
  private readonly all: Slot<R>[] = [];
  private readonly groups = new Map<string, Slot<R>[]>();
  private readonly deletedIds = new Set<string>();
  private nextSequence = 1;
  private changes = 0;

  /** @param groupsOf the groups of a row; they must stay the same when the row is replaced. */
  constructor(private readonly groupsOf: (row: R) => readonly string[] = () => []) {}

  /** Differs from every earlier value once anything has changed. */
  get version(): number {
    return this.changes;
  }

  get(id: string): R | undefined {
    return this.byId.get(id)?.row;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  wasDeleted(id: string): boolean {
    return this.deletedIds.has(id);
  }

  /** Entries of the table or of one group, in sequence. */
  entries(group?: string): readonly Entry<R>[] {
    return group === undefined ? this.all : (this.groups.get(group) ?? []);
  }

  rows(group?: string): R[] {
    return this.entries(group).map((entry) => entry.row);
  }

  put(id: string, row: R): void {
    this.changes++;
    const slot = this.byId.get(id);
    if (slot) {
      slot.row = row;
      return;
    }
    const added: Slot<R> = { id, sequence: this.nextSequence++, row };
    this.byId.set(id, added);
    this.all.push(added);
    for (const group of this.groupsOf(row)) {
      const members = this.groups.get(group);
      if (members) members.push(added);
      else this.groups.set(group, [added]);
    }
  }

  delete(id: string): void {
    const slot = this.byId.get(id);
    if (!slot) return;
    this.changes++;
    this.byId.delete(id);
    this.deletedIds.add(id);
    remove(this.all, slot);
    for (const group of this.groupsOf(slot.row)) remove(this.groups.get(group) ?? [], slot);
  }
}

/** Index of the first entry after a sequence number. */
export function firstAfter(entries: readonly Entry<object>[], sequence: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

function remove<R extends object>(entries: Slot<R>[], slot: Slot<R>): void {
  const index = firstAfter(entries, slot.sequence) - 1;
  if (entries[index] === slot) entries.splice(index, 1);
}
