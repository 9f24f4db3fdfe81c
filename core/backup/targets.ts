import type { Reference } from '../catalog/kind';
import type { Target } from './work';

/** Distinct targets of references. */
export class TargetSet {
  private readonly byKey = new Map<string, Target>();

  add(references: readonly Reference[]): void {
    for (const { kind, id, scopeId } of references) this.addTarget([kind, id, scopeId ?? null]);
  }

  addTarget(target: Target): void {
    const key = `${target[0]}\n${target[1]}`;
    const known = this.byKey.get(key);
    if (known === undefined || known[2] === null) this.byKey.set(key, target);
  }

  has(target: Target): boolean {
    return this.byKey.has(`${target[0]}\n${target[1]}`);
  }

  list(): Target[] {
    return [...this.byKey.values()];
  }
}
