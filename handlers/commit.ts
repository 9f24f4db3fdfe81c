import * as z from 'zod';
import { capturedSchema } from '../core/backup/captured';
import { commit } from '../core/backup/commit';
import { runSchema } from '../core/backup/run';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { commitEnvironment } from './commit.env';
import { recordRun } from './shared/metrics';
import { environment, parsedJson, task } from './shared/task';

const settings = environment('commit', commitEnvironment);

const changeKinds = parsedJson('CHANGE_KINDS of commit', z.array(z.string()), settings.CHANGE_KINDS);
/** Nothing is missed where nothing is to be captured. */
const changes =
  changeKinds.length === 0 ? undefined : { kinds: changeKinds, grace: settings.CHANGE_GRACE_SECONDS * 1000 };

const eventSchema = z.object({
  run: runSchema,
  cutAt: z.iso.datetime({ precision: 3 }),
  captured: capturedSchema,
});

/** Closes a run's snapshot: counts and digests from the vault itself; HELD where too much of it is gone. */
export const handler = task('commit', eventSchema, async ({ run, cutAt, captured }, { timeIsUp }) => {
  const vault = new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
  const held = { heldShare: settings.HELD_SHARE, heldLeast: settings.HELD_LEAST };
  const result = await commit(
    { vault, now: () => Date.now(), timeIsUp, held, changes },
    run,
    cutAt,
    captured,
  );
  if (!result.more) {
    const sum = (count: 'count' | 'changed' | 'deleted') =>
      Object.values(result.kinds).reduce((total, kind) => total + kind[count], 0);
    recordRun(settings.DOMAIN_ID, result.status, {
      Resources: sum('count'),
      ResourcesChanged: sum('changed'),
      ResourcesDeleted: sum('deleted'),
      ScopesUnreadable: result.unreadable.count,
      ReferencesUnresolved: result.unresolved.count,
      CountsShrunk: result.shrunk.count,
      ...(result.drift && {
        ResourcesMissed: Object.values(result.drift).reduce((total, count) => total + count, 0),
      }),
    });
  }
  return result;
});
