// Starts a backup now, waits for its end and prints the snapshot. Exit code 0: it is COMPLETE.
import { setTimeout } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const client = new SFNClient({});
const stateMachineArn = process.env.STATE_MACHINE_ARN;
const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));

let execution;
do {
  await setTimeout(500);
  execution = await client.send(new DescribeExecutionCommand({ executionArn }));
} while (execution.status === 'RUNNING');

const { status, output, error, cause } = execution;
if (status !== 'SUCCEEDED') throw new Error(`The backup ended ${status}: ${error} ${cause}`);
const snapshot = JSON.parse(output);
console.log(JSON.stringify(snapshot, null, 2));
process.exitCode = snapshot.status === 'COMPLETE' ? 0 : 1;
