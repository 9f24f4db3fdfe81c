import type { Kind, Reading } from '../catalog/kind';
import { ResourceAbsentError, ResourceDeniedError } from '../catalog/source';
import type { ScopeRef } from '../vault/keys';
import type { BackupContext } from './context';

/** The source neither shows a resource nor lets it be known as gone. */
export class UnconfirmedAbsenceError extends Error {
  override readonly name = 'UnconfirmedAbsenceError';
}

/**
 * Reads single resources of one scope live, and decides what a refusal means: a deleted resource answers 404,
 * but sometimes 403, and so does one that is merely no longer permitted.
 */
export class LiveReader {
  private permitted: boolean | undefined;

  constructor(
    private readonly context: BackupContext,
    private readonly kind: Kind,
    private readonly scope: ScopeRef,
    /** A resource of the scope that should be readable, if there is one. */
    private readonly sibling: () => Promise<string | undefined>,
  ) {}

  /** Undefined for a resource that is confirmed to be gone. Throws UnconfirmedAbsenceError. */
  async read(id: string): Promise<Reading | undefined> {
    const wasPermitted = this.permitted === true;
    try {
      return await this.kind.read(this.context.source, id, this.scope.scopeId);
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      if (!(error instanceof ResourceDeniedError)) throw error;
      if (!error.byIam && (await this.readerIsPermitted()))
        return wasPermitted ? undefined : this.readAgain(id);
      throw new UnconfirmedAbsenceError(
        `${this.kind.name} ${id} is neither shown nor confirmed as gone: ${error.message}`,
        { cause: error },
      );
    }
  }

  /** That the reader is permitted was found out after it was refused: it may not have been at first. */
  private async readAgain(id: string): Promise<Reading | undefined> {
    try {
      return await this.kind.read(this.context.source, id, this.scope.scopeId);
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      if (error instanceof ResourceDeniedError && !error.byIam) return undefined;
      throw error;
    }
  }

  /** The second signal: the reader is a member of the project, or can read a sibling of the resource. */
  private async readerIsPermitted(): Promise<boolean> {
    this.permitted ??= await this.probe();
    return this.permitted;
  }

  private async probe(): Promise<boolean> {
    const sibling = await this.sibling();
    try {
      if (sibling !== undefined) {
        await this.kind.read(this.context.source, sibling, this.scope.scopeId);
        return true;
      }
      return this.kind.scope === 'project' && (await this.context.access.isMember(this.scope.scopeId));
    } catch (error) {
      if (error instanceof ResourceAbsentError || error instanceof ResourceDeniedError) return false;
      throw error;
    }
  }
}
