import * as z from 'zod';
import { dataZoneClient } from '../core/catalog/client';
import { readerProfileId } from '../core/catalog/membership';
import { kinds } from '../core/catalog/registry';
import {
  abandonedDrills,
  applyDrill,
  beginDrill,
  createScratch,
  type DrillArgs,
  endDrill,
  noteScratch,
  outcomeOf,
  planDrill,
  verifyDrill,
} from '../core/restore/drill';
import { drillEnvironment } from './drill.env';
import { recordDrill } from './shared/metrics';
import { targetOf, vaultOf } from './shared/restoration';
import { environment, logger, task } from './shared/task';

const settings = environment('drill', drillEnvironment);
const client = dataZoneClient();

/** What Step Functions hands on of an error. */
const failureSchema = z.object({ Error: z.string(), Cause: z.string().default('') });

const eventSchema = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.enum(['cleanUp', 'begin', 'create', 'plan', 'apply', 'verify', 'note']),
    startedAt: z.iso.datetime(),
  }),
  z.strictObject({
    step: z.literal('end'),
    startedAt: z.iso.datetime(),
    /** The execution so far. */
    state: z.looseObject({ failure: failureSchema.optional(), tearDownFailure: failureSchema.optional() }),
  }),
]);

/** One step of a drill; the execution's start is its name. */
export const handler = task('drill', eventSchema, async (event, { timeIsUp }) => {
  const { startedAt } = event;
  const args = drillArgs();
  switch (event.step) {
    case 'cleanUp':
      return { abandoned: await noteAbandoned(args) };
    case 'begin':
      return { snapshot: (await beginDrill(args, startedAt, needs())).snapshot };
    case 'create':
      return createScratch(args, startedAt);
    case 'plan':
      return planDrill(args, startedAt);
    case 'apply':
      return applyDrill(args, startedAt, { timeIsUp });
    case 'verify':
      return { equal: (await verifyDrill(args, startedAt)).equal };
    case 'note':
      return noteScratch(args, startedAt);
    case 'end':
      return ended(args, startedAt, [event.state.failure, event.state.tearDownFailure]);
  }
});

function drillArgs(): DrillArgs {
  const vault = vaultOf(settings);
  return {
    vault,
    client,
    openTarget: (domainId) => targetOf(settings, { domainId }),
    restorer: (target) => readerProfileId(target, settings.RESTORE_ROLE_ARN),
    kinds,
    now: vault.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

function needs() {
  return {
    version: settings.DOMAIN_VERSION,
    executionRoleArn: settings.DOMAIN_EXECUTION_ROLE_ARN,
    serviceRoleArn: settings.DOMAIN_SERVICE_ROLE_ARN === '' ? undefined : settings.DOMAIN_SERVICE_ROLE_ARN,
    keyArn: settings.DOMAIN_KEY_ARN,
  };
}

/** Drills that died: what they made is known then, and can be torn down. One that resists holds no other up. */
async function noteAbandoned(args: DrillArgs): Promise<string[]> {
  const noted: string[] = [];
  for (const { startedAt } of await abandonedDrills(args)) {
    try {
      await noteScratch(args, startedAt);
      await endDrill(args, startedAt);
      noted.push(startedAt);
    } catch (error) {
      logger.error(`what drill ${startedAt} left stays`, {
        error: error instanceof Error ? error : String(error),
      });
    }
  }
  return noted;
}

async function ended(
  args: DrillArgs,
  startedAt: string,
  failures: readonly (z.infer<typeof failureSchema> | undefined)[],
) {
  const told = failures.flatMap((failure) => (failure === undefined ? [] : [messageOf(failure)]));
  const drill = await endDrill(args, startedAt, told.length === 0 ? undefined : told.join('; then '));
  const outcome = outcomeOf(drill);
  recordDrill(settings.DOMAIN_ID, outcome, drill.seconds);
  const tornDown = drill.tornDownAt !== undefined;
  const why = drill.failure ?? drill.differences?.[0] ?? '';
  const cause = `Drill ${startedAt} is ${outcome}${tornDown ? '' : ', its scratch domain is left'}: ${why}`;
  return { startedAt, outcome, tornDown, seconds: drill.seconds ?? 0, cause };
}

/** The cause of a function's error is JSON text. */
function messageOf({ Error: name, Cause: cause }: z.infer<typeof failureSchema>): string {
  const [, message] = /"errorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(cause) ?? [];
  return `${name}: ${message === undefined ? cause : JSON.parse(message)}`;
}
