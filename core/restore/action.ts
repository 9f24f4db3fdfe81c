import * as z from 'zod';

/**
 * What a restore does about one resource of the source. `create`, `publish` and `subscribe` make it, `update` changes
 * it, `relink` lets what the restore does not change name what has another id now, `skip` leaves it, `conflict` is for a person to decide, `manual` for a person to do.
 */
export const actionNames = [
  'create',
  'publish',
  'subscribe',
  'update',
  'relink',
  'skip',
  'conflict',
  'manual',
] as const;
export type ActionName = (typeof actionNames)[number];

export const actionSchema = z.object({
  /** Its place in the plan, from 1. */
  seq: z.number().int(),
  /** Actions of a wave need nothing of each other; waves come one after the other. */
  wave: z.number().int(),
  action: z.enum(actionNames),
  kind: z.string(),
  scopeId: z.string(),
  id: z.string(),
  /** As people know it. */
  name: z.string(),
  /** The version of the vault that is restored; of a relink, the newest. */
  version: z.string(),
  /** What of the target it is about; absent where there is none yet. */
  targetId: z.string().optional(),
  /** Hash of what the target had of it when the plan was made. */
  targetHash: z.string().optional(),
  /** Why: one line for people. */
  reason: z.string(),
  /** Old ids that it names, by kind and id, of resources that have another one now. */
  names: z.array(z.string()).optional(),
  /** Members that change, as lines `path: from → to`. */
  changes: z.array(z.string()).optional(),
  /** The second look at a resource that this restore makes: members that may name what is made after it. */
  late: z.literal(true).optional(),
  /** What it names that has no place in the target, and is left out: `path: kind id`. */
  leftOut: z.array(z.string()).optional(),
  /** Paths of members that name the source's Region, where the target is in another one. */
  namesSourceRegion: z.array(z.string()).optional(),
});
export type Action = z.infer<typeof actionSchema>;

export type Totals = Readonly<Partial<Record<ActionName, number>>>;

export function totalsOf(actions: Iterable<Action>): Totals {
  const totals: Partial<Record<ActionName, number>> = {};
  for (const { action } of actions) totals[action] = (totals[action] ?? 0) + 1;
  return totals;
}

/** Does it change the target? */
export function writes({ action }: Pick<Action, 'action'>): boolean {
  return action === 'update' || action === 'relink' || makes(action);
}

export function makes(action: ActionName): boolean {
  return action === 'create' || action === 'publish' || action === 'subscribe';
}
