import { closeSync, openSync, writeSync } from 'node:fs';
import type { Outcome } from '../core/restore/restore-run';
import { UsageError } from './answer';

/** A file with a line of JSON for what became of each action, written while it happens. */
export class OutcomeFile {
  private readonly file: number;

  /** Throws UsageError where the file can not be written. */
  constructor(path: string) {
    try {
      this.file = openSync(path, 'w');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `--outcomes ${path} can not be written: ${why}. Give a file in a folder that is there.`,
      );
    }
  }

  add({ seq, kind, sourceId, targetId, action, outcome, reason }: Outcome): void {
    const line = { seq, kind, sourceId, targetId: targetId ?? null, action, outcome, reason };
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}
