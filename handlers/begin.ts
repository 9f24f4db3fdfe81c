import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { begin, beginSettingsSchema } from '../core/backup/begin';
import { kindsOf } from '../core/catalog/registry';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { beginEnvironment } from './begin.env';
import { domainSource } from './shared/domain-reader';
import { environment, task } from './shared/task';

const settings = environment('begin', beginEnvironment);
const stepFunctions = new SFNClient({});

const eventSchema = z.object({ execution: z.string().min(1), settings: beginSettingsSchema });

const executions = {
  async isRunning(execution: string): Promise<boolean> {
    try {
      const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: execution }));
      return status === 'RUNNING' || status === 'PENDING_REDRIVE';
    } catch (error) {
      // Step Functions forgets an execution after 90 days.
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
      throw error;
    }
  },
};

/** First task of a run: takes the lease, opens the manifest, deals out the scopes. */
export const handler = task('begin', eventSchema, (event) => {
  const vaultIn = (region: string) => new Vault(new Table(settings.TABLE_NAME, region), settings.DOMAIN_ID);
  return begin(
    {
      source: domainSource(settings, 1),
      vault: vaultIn(settings.AWS_REGION),
      peer: vaultIn(settings.PEER_REGION),
      executions,
      kindsOf,
      now: () => Date.now(),
    },
    event.execution,
    event.settings,
  );
});
