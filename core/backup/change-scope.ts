import type { Kind } from '../catalog/kind';
import type { ScopeRef } from '../vault/keys';
import type { Vault } from '../vault/vault';
import type { Selection } from './selection';

/** Which changes belong to the part of the domain that is backed up. */
export class ChangeScope {
  constructor(
    private readonly vault: Vault,
    private readonly selection: Selection,
  ) {}

  /** Projects that nobody has named are joined as they come. */
  get allProjects(): boolean {
    return this.selection.projects === 'all';
  }

  has({ name }: Kind): boolean {
    const { kinds, excludeKinds } = this.selection;
    return (kinds === 'all' || kinds.includes(name)) && !excludeKinds.includes(name);
  }

  /**
   * Is a scope backed up? Where units of the domain are chosen, an event does not tell whether a project is in one of
   * them: only projects count that a snapshot has taken up.
   */
  async includes(kind: Kind, scopeId: string): Promise<boolean> {
    if (!this.has(kind)) return false;
    if (kind.scope === 'domain') return true;
    return this.includesProject(scopeId, { kind: kind.name, scopeId });
  }

  async includesProject(projectId: string, scope?: ScopeRef): Promise<boolean> {
    const { projects, excludeProjects, domainUnits, excludeDomainUnits } = this.selection;
    if (excludeProjects.includes(projectId)) return false;
    if (projects !== 'all' && !projects.includes(projectId)) return false;
    if (domainUnits === 'all' && excludeDomainUnits.length === 0) return true;
    if (scope === undefined) return false;
    return (await this.vault.table.get(this.vault.keys.scope(scope))) !== undefined;
  }
}
