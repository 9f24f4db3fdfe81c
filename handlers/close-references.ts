import * as z from 'zod';
import { closeReferences } from '../core/backup/close-references';
import { runSchema } from '../core/backup/run';
import { closeReferencesEnvironment } from './close-references.env';
import { backupContext } from './shared/domain-reader';
import { environment, task } from './shared/task';

const settings = environment('closeReferences', closeReferencesEnvironment);

/** Captures what captured records point to and the sweeps did not meet, and takes the cut. */
export const handler = task('closeReferences', z.object({ run: runSchema }), ({ run }, invocation) =>
  closeReferences(backupContext(settings, run, 1, invocation)),
);
