// Runs one action of a restore state machine, waits for its end and prints what it answers:
//
//   node examples/restore.mjs "$RESTORE_STATE_MACHINE_ARN" '{"action": "plan", "targetDomainId": "dzd_..."}'
//
// Exit code 1: it was refused, or failed, and the error says why; or it did not do all, or found a difference.
import { setTimeout } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const [, , stateMachineArn = '', input] = process.argv;
// The Region is the state machine's, which may be the secondary one.
const client = new SFNClient({ region: stateMachineArn.split(':')[3] });
const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));

let execution;
do {
  await setTimeout(500);
  execution = await client.send(new DescribeExecutionCommand({ executionArn }));
} while (execution.status === 'RUNNING');

const { status, output = '{}', error, cause } = execution;
const answer = JSON.parse(output);
if (status === 'SUCCEEDED') console.log(JSON.stringify(answer, null, 2));
else console.error(`${status}: ${error}: ${cause}`);
const whole = answer.equal !== false && [undefined, 'COMPLETE'].includes(answer.status);
process.exitCode = status === 'SUCCEEDED' && whole ? 0 : 1;
