import assert from 'node:assert/strict';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud';
import { type RunTimeGrant, runTimeGrants } from './run-time-grants';

describe('Permissions of change capture', function () {
  this.timeout(120_000);
  let cloud: LocalCloud;
  let grants: RunTimeGrant[];
  let logs = '';
  let made = 0;

  before(async () => {
    cloud = await startLocalCloud({
      flavour: 'datazone',
      projects: ['Sales'],
      onLog: ({ line }) => {
        logs += line;
      },
    });
    assert.equal((await cloud.runSchedule()).result.status, 'SUCCEEDED');
    grants = runTimeGrants(cloud.graph).filter(({ role }) => role === 'changes');
  });
  after(() => cloud?.close());

  const withdraw = ({ roleArn, action, resource }: RunTimeGrant) =>
    cloud.policies.withoutAction(roleArn, action, resource);

  /** Makes a glossary, and gives the function what tells of it, as often tried as it may. Gives all that is said. */
  async function capture(): Promise<string> {
    logs = '';
    const { administrator, datazone, outputs, projectIds } = cloud;
    const { id } = datazone.call(
      'CreateGlossary',
      {
        domainIdentifier: outputs.domainId,
        name: `Words ${made++}`,
        owningProjectIdentifier: projectIds[0] ?? '',
        status: 'DISABLED',
      },
      administrator,
    );
    const body = JSON.stringify({
      id: `event-${made}`,
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.datazone',
      time: new Date().toISOString(),
      detail: {
        eventSource: 'datazone.amazonaws.com',
        eventName: 'CreateGlossary',
        requestParameters: { domainIdentifier: outputs.domainId },
        responseElements: { id },
      },
    });
    const attributes = { ApproximateReceiveCount: '99' };
    const record = { messageId: `message-${made}`, receiptHandle: 'none', body, attributes };
    const mapping = cloud.mappings[0];
    assert.ok(mapping);
    const { payload } = await cloud.lambda.receive(mapping.functionName, { Records: [record] });
    return `${payload} ${logs}`;
  }

  it('are enough without those of best effort', async () => {
    const giveBack = grants.filter((grant) => grant.class === 'bestEffort').map(withdraw);

    const said = await capture();

    for (const give of giveBack) give();
    assert.match(said, /"written":1/);
  });

  it('are each granted once', () => {
    const lines = grants.map(({ action, resource }) => `${action} on ${resource}`);

    assert.equal(new Set(lines).size, lines.length);
  });

  it('of the vault, the domain and its keys are missed, by name, where one is taken away', async () => {
    const needed = grants.filter(
      ({ class: of, subject, action }) =>
        of !== 'bestEffort' &&
        (['Vault', 'TableKey', 'DomainKey'].includes(subject) || action === 'datazone:GetGlossary'),
    );
    const notMissed: string[] = [];
    for (const grant of needed) {
      const giveBack = withdraw(grant);
      const said = await capture();
      giveBack();
      if (!said.includes(grant.action)) notMissed.push(`${grant.sid} ${grant.action}`);
    }
    assert.deepEqual(notMissed, []);
  });
});
