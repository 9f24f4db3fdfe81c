import { createHash } from 'node:crypto';
import * as z from 'zod';
import { dataZoneClient } from '../core/catalog/client';
import { createDomain } from '../core/restore/create-domain';
import { createDomainEnvironment } from './create-domain.env';
import { environment, task } from './shared/task';

const settings = environment('createDomain', createDomainEnvironment);
const client = dataZoneClient();

const eventSchema = z.object({
  execution: z.string().min(1),
  input: z.strictObject({
    action: z.literal('create'),
    name: z.string().regex(/^[\w -]{1,64}$/, 'is not a name of at most 64 letters, digits, spaces, _ and -'),
  }),
});

/** Makes an empty domain in this Region to restore into; the role that restores owns it. */
export const handler = task('createDomain', eventSchema, async ({ execution, input: { name } }) => {
  const { DOMAIN_SERVICE_ROLE_ARN: serviceRoleArn } = settings;
  const targetDomainId = await createDomain(
    {
      version: settings.DOMAIN_VERSION,
      executionRoleArn: settings.DOMAIN_EXECUTION_ROLE_ARN,
      serviceRoleArn: serviceRoleArn === '' ? undefined : serviceRoleArn,
      keyArn: settings.DOMAIN_KEY_ARN,
    },
    {
      client,
      name,
      clientToken: createHash('sha256').update(execution).digest('hex').slice(0, 32),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
  );
  return { targetDomainId };
});
