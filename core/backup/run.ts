import { createHash } from 'node:crypto';
import * as z from 'zod';

/** One execution of the backup, as its tasks hand it to each other. */
export const runSchema = z.object({
  domainId: z.string(),
  domainVersion: z.enum(['V1', 'V2']),
  /** Start of the run, ISO-8601 with milliseconds: names the snapshot. */
  startedAt: z.iso.datetime({ precision: 3 }),
  /** Short id of the execution; the last part of every version's key that the run writes. */
  runId: z.string(),
  /** ARN of the Step Functions execution. */
  execution: z.string(),
  epoch: z.number().int().positive(),
  /** True where every project of the domain is captured and the run enrols its reader in new ones. */
  allProjects: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

/** Eight hexadecimal characters that belong to one execution. */
export function runIdOf(execution: string): string {
  return createHash('sha256').update(execution).digest('hex').slice(0, 8);
}
