import * as z from 'zod';
import { checked, verified } from './items';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

/** What a domain is asked for with, whole: the same request again names the same domain. */
const creationSchema = z.object({
  name: z.string(),
  description: z.string(),
  domainVersion: z.enum(['V1', 'V2']),
  domainExecutionRole: z.string(),
  serviceRole: z.string().optional(),
  kmsKeyIdentifier: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  clientToken: z.string(),
});
export type DomainCreation = z.infer<typeof creationSchema>;

/**
 * A restore that was tried. `INTENDED`: a scratch domain is about to be asked for. `CREATED`: it was, and its id is
 * noted. `ENDED`: compared, or given up. The scratch domain is there until `tornDownAt`.
 */
export const drillSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  /** Its name. */
  startedAt: z.string(),
  /** Region that restores, and where the scratch domain is. */
  region: z.string(),
  stage: z.enum(['INTENDED', 'CREATED', 'ENDED']),
  /** When the clock of the restore began to run. */
  begunAt: z.string(),
  /** Start of the snapshot that is restored, and its cut. */
  snapshot: z.string(),
  instant: z.string(),
  creation: creationSchema,
  domainId: z.string().optional(),
  endedAt: z.string().optional(),
  equal: z.boolean().optional(),
  /** From its begin until the scratch domain had been compared. */
  seconds: z.number().optional(),
  /** How the restore ended, how many actions of each were planned, and how they ended. */
  restore: z
    .object({
      status: z.string(),
      totals: z.record(z.string(), z.number()),
      outcomes: z.record(z.string(), z.number()),
    })
    .optional(),
  /** What differs: one line each, the first hundred. */
  differences: z.array(z.string()).optional(),
  /** Resources of each kind that were left out, or are restored by hand. */
  notDrilled: z.record(z.string(), z.number()).optional(),
  /** Why it did not come to its end. */
  failure: z.string().optional(),
  tornDownAt: z.string().optional(),
});
export type Drill = z.infer<typeof drillSchema>;
export type DrillChanges = Omit<Partial<Drill>, 'pk' | 'sk' | 'check' | 'startedAt' | 'region' | 'creation'>;

/** There is no such drill in this vault. */
export class NoSuchDrillError extends Error {
  override readonly name = 'NoSuchDrillError';
}

/** Notes a drill before it does anything; where it was noted already, that is the one. */
export async function openDrill(
  vault: Vault,
  drill: Omit<Drill, 'pk' | 'sk' | 'check' | 'stage' | 'region'>,
): Promise<Drill> {
  const key = vault.keys.drill(drill.startedAt);
  const item = checked({ ...key, ...drill, region: vault.table.region, stage: 'INTENDED' as const });
  try {
    await vault.putOnce(item);
    return drillSchema.parse(item);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    return readDrill(vault, drill.startedAt);
  }
}

/** Throws NoSuchDrillError, CorruptItemError. */
export async function readDrill(vault: Vault, startedAt: string): Promise<Drill> {
  const item = await vault.table.get(vault.keys.drill(startedAt));
  if (item === undefined) throw new NoSuchDrillError(`there is no drill ${startedAt}; look with dzr drills`);
  return verified(drillSchema, item);
}

/** Newest first, of every Region. */
export async function* drills(vault: Vault): AsyncGenerator<Drill> {
  for await (const item of vault.table.query(vault.keys.drills(), { descending: true })) {
    yield verified(drillSchema, item);
  }
}

/** Throws ConditionFailedError where somebody else has changed it since it was read. */
export async function changeDrill(vault: Vault, drill: Drill, changes: DrillChanges): Promise<Drill> {
  const { check, ...rest } = drill;
  const item = checked({ ...rest, ...changes });
  try {
    await vault.table.put({ ...item }, { attribute: 'check', equals: check });
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    // Our own put, whose answer was lost, or somebody who was faster.
    if ((await vault.table.get(vault.keys.drill(drill.startedAt)))?.check !== item.check) throw error;
  }
  return drillSchema.parse(item);
}
