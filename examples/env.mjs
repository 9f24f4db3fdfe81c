// Turns what a stack says of itself, as JSON on stdin, into variables of the shell:
//
//   eval "$(node examples/env.mjs < .local/cloud.json)"          the local cloud's line
//   eval "$(pulumi stack output --json | node examples/env.mjs)"  a stack on AWS
import { text } from 'node:stream/consumers';

const outputs = JSON.parse(await text(process.stdin));
const variables = {
  AWS_REGION: outputs.region,
  // The name that boto3 and version 1 of the AWS CLI look for.
  AWS_DEFAULT_REGION: outputs.region,
  SECONDARY_REGION: outputs.secondaryRegion,
  DOMAIN_ID: outputs.domainId,
  TABLE_NAME: outputs.tableName,
  STATE_MACHINE_ARN: outputs.backupStateMachineArn,
  RESTORE_STATE_MACHINE_ARN: outputs.restoreStateMachineArn,
  STANDBY_RESTORE_STATE_MACHINE_ARN: outputs.standbyRestoreStateMachineArn,
  CHANGE_QUEUE_URL: outputs.changeQueueUrl,
  CHANGE_DEAD_LETTER_QUEUE_URL: outputs.changeDeadLetterQueueUrl,
  // The first of the projects that the stack knows; the examples that write need one.
  PROJECT_ID: Object.values(outputs.projectIds)[0],
  // Only the local cloud says these: on AWS the SDK finds endpoint and credentials by itself.
  AWS_ENDPOINT_URL: outputs.endpoint,
  AWS_ACCESS_KEY_ID: outputs.accessKeyId,
  AWS_SECRET_ACCESS_KEY: outputs.secretAccessKey,
};
for (const [name, value] of Object.entries(variables)) {
  if (value !== undefined) console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
