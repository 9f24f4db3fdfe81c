import { createHash } from 'node:crypto';
import { RetryableError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import type { Action } from './action';
import { ActionFailed, stillDiffers } from './action-failed';
import type { ApplyArgs } from './apply';
import { differences } from './difference';
import { refusalOf } from './refusal';
import { relink } from './relink';
import type { Outcome } from './restore-run';

/** How often it is tried anew after an answer was lost, each time after looking. */
const mostAttempts = 5;

/**
 * Lets a resource of the target name what stands by now for what it names, as the id map says; all else stays as the
 * target has it. What was relinked already, by an attempt whose answer was lost or by people, is left alone.
 */
export async function applyRelink(
  { newest, target, idMap, run }: ApplyArgs,
  { kind: name, id, seq, reason, names = [], targetHash }: Action,
): Promise<Pick<Outcome, 'targetId' | 'outcome' | 'reason'>> {
  const kind = newest.kindByName(name);
  const update = kind?.restore?.update;
  if (kind === undefined || update === undefined) throw new ActionFailed('FAILED', reason);
  const newIds = new Map<string, string>();
  for (const text of names) {
    const at = text.indexOf(' ');
    const newId = idMap.newestOf(text.slice(0, at), text.slice(at + 1));
    if (newId === undefined) throw new ActionFailed('FAILED', `it needs ${text}, which was not made`);
    newIds.set(text, newId);
  }
  let isSent = false;
  let at = id;
  for (let attempt = 1; ; attempt++) {
    try {
      const relinked = await relink(newest, target, kind, at, newIds);
      if (relinked === undefined) {
        if (isSent) return { targetId: at, outcome: 'DONE', reason };
        return { targetId: at, outcome: 'ADOPTED', reason: 'it names none of the old ids by now' };
      }
      const { reading, current, wanted, record } = relinked;
      if (isSent) throw stillDiffers(differences(current, wanted));
      if (targetHash !== undefined && hashOf(current) !== targetHash) {
        throw new ActionFailed('CONFLICT', 'the target changed it since the plan was made: plan again');
      }
      const refusal = refusalOf(kind, { record }, differences(current, wanted));
      if (refusal !== undefined) throw new ActionFailed('CONFLICT', refusal);
      const token = createHash('sha256')
        .update(`${run.runId} ${seq} ${hashOf(wanted)}`)
        .digest('hex');
      const { facets } = reading;
      const changing = { id: at, wanted, current, record, facets, clientToken: token.slice(0, 32) };
      at = (await update(target, changing)) ?? at;
      isSent = true;
      // What had to be made anew for it has another id itself.
      if (at !== id) await idMap.put(name, idMap.sourceOf(name, id) ?? id, at);
    } catch (error) {
      if (!(error instanceof RetryableError) || attempt === mostAttempts) throw error;
      await target.sleep(200 * 2 ** attempt);
    }
  }
}
