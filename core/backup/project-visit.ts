import { ResourceAbsentError, ResourceDeniedError, RetryableError } from '../catalog/source';
import type { BackupContext } from './context';

/** The reader may not read a project, or not any more. */
export class NotAMemberError extends Error {
  override readonly name = 'NotAMemberError';
}

/**
 * A worker's visit to one project. That the reader is a member is found out before the first of the project's scopes
 * and after the last: an empty Search of a non-member proves nothing.
 */
export class ProjectVisit {
  private entering: Promise<boolean> | undefined;
  private doubting: Promise<Error | undefined> | undefined;

  constructor(
    private readonly context: BackupContext,
    readonly projectId: string,
    /** An earlier worker has entered, and scopes that it swept wait for the check at the end. */
    isInside: boolean,
  ) {
    if (isInside) this.entering = Promise.resolve(false);
  }

  /** Makes sure that the reader is a member, once for all scopes; true for the first, if it had to join. */
  async enter(): Promise<boolean> {
    if (this.entering !== undefined) {
      await this.entering;
      return false;
    }
    this.entering = this.join();
    return this.entering;
  }

  /** Throws where the reader has lost its membership: it may have been shown nothing, and joining would not help. */
  async stay(): Promise<void> {
    if (await this.context.access.isMember(this.projectId)) return;
    const lost = new NotAMemberError(
      `the backup role was removed from project ${this.projectId} while it was read`,
    );
    this.entering = Promise.reject(lost);
    this.entering.catch(() => undefined);
    throw lost;
  }

  /** Undefined for a project that is confirmed gone; else why it cannot be read: `absence`, or a refusal. */
  doubtOfAbsence(absence: Error): Promise<Error | undefined> {
    this.doubting ??= this.findDoubt(absence);
    return this.doubting;
  }

  private async join(): Promise<boolean> {
    const { access, run } = this.context;
    if (await access.isMember(this.projectId)) return false;
    if (!run.allProjects) {
      throw new NotAMemberError(
        `the backup role is not a member of project ${this.projectId}: add it, or leave the project out`,
      );
    }
    try {
      await access.enrol(this.projectId);
    } catch (error) {
      // The answer to a join that was done may be lost; its repetition is refused.
      if (!(await access.isMember(this.projectId))) throw error;
    }
    return true;
  }

  private async findDoubt(absence: Error): Promise<Error | undefined> {
    try {
      await this.context.source.call('GetProject', { identifier: this.projectId });
      return absence;
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      if (error instanceof ResourceDeniedError || error instanceof RetryableError) return error;
      throw error;
    }
  }
}
