import assert from 'node:assert/strict';
import {
  CreateGlossaryCommand,
  GetDomainCommand,
  paginateSearch,
  UpdateGlossaryCommand,
} from '@aws-sdk/client-datazone';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeStateMachineCommand, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dataZoneOf } from '../../local/demo/clients';
import type { LocalCloud } from '../../local/local-cloud';
import { CloudBench } from '../support/cloud-bench';

for (const flavour of ['datazone', 'smus'] as const) {
  describe(`the local cloud of the ${flavour} stack`, () => {
    let bench: CloudBench;
    let cloud: LocalCloud;

    before(async () => {
      bench = await CloudBench.start({ flavour }, 6);
      cloud = bench.cloud;
    });

    after(() => bench?.stop());

    it('tells a client who it is', async () => {
      const response = await fetch(cloud.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `AWS4-HMAC-SHA256 Credential=${cloud.credentials.accessKeyId}/20260101/${cloud.outputs.region}/sts/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      });

      assert.match(await response.text(), new RegExp(`<Account>${cloud.outputs.accountId}</Account>`));
    });

    it('takes events', async () => {
      const { endpoint, credentials, outputs } = cloud;
      const events = new EventBridgeClient({ endpoint, credentials, region: outputs.region });
      const heard: unknown[] = [];
      const silence = cloud.events.subscribe({ source: ['team.orders'] }, (event) =>
        heard.push(event.detail),
      );

      const answer = await events.send(
        new PutEventsCommand({
          Entries: [{ Source: 'team.orders', DetailType: 'Late', Detail: '{"order":7}' }],
        }),
      );

      silence();
      assert.equal(answer.FailedEntryCount, 0);
      assert.deepEqual(heard, [{ order: 7 }]);
    });

    it('lets a client work in the domain', async () => {
      const client = dataZoneOf(cloud);
      const domainIdentifier = cloud.outputs.domainId;
      const [owningProjectIdentifier] = cloud.projectIds;

      const domain = await client.send(new GetDomainCommand({ identifier: domainIdentifier }));
      const glossary = await client.send(
        new CreateGlossaryCommand({ domainIdentifier, owningProjectIdentifier, name: 'Finance' }),
      );
      await client.send(
        new UpdateGlossaryCommand({ domainIdentifier, identifier: glossary.id, description: 'Money' }),
      );
      const found: unknown[] = [];
      const input = { domainIdentifier, searchScope: 'GLOSSARY', maxResults: 1 } as const;
      for await (const { items } of paginateSearch({ client }, input)) {
        found.push(...(items ?? []).map(({ glossaryItem }) => glossaryItem?.description));
      }

      assert.equal(domain.status, 'AVAILABLE');
      assert.equal(found.length, 3);
      assert.ok(found.includes('Money'));
    });

    it('shows the state machine, runs it, and tells every step of it', async () => {
      const stateMachineArn = cloud.outputs.backupStateMachineArn;
      const machine = await bench.states.send(new DescribeStateMachineCommand({ stateMachineArn }));

      const { executionArn, status, result } = await bench.run();

      const entered = new Set<string | undefined>();
      const pages = paginateGetExecutionHistory({ client: bench.states, pageSize: 20 }, { executionArn });
      for await (const { events } of pages) {
        for (const event of events ?? []) entered.add(event.stateEnteredEventDetails?.name);
      }
      assert.equal(machine.type, 'STANDARD');
      assert.equal(status, 'SUCCEEDED');
      assert.equal(result.status, 'COMPLETE');
      for (const state of ['Begin', 'CaptureScopes', 'CloseReferences', 'Settle', 'Commit', 'Committed']) {
        assert.ok(entered.has(state), `${state} of ${[...entered].join()}`);
      }
      assert.deepEqual(await bench.differences(result.cutAt), []);
    });

    it("gives an asset's head and version to whoever reads the table in the secondary Region", async () => {
      const { endpoint, credentials, outputs } = cloud;
      const table = DynamoDBDocumentClient.from(
        new DynamoDBClient({ endpoint, credentials, region: outputs.secondaryRegion }),
      );
      const [project] = bench.projects;
      const [assetId] = project?.assetIds ?? [];
      await cloud.dynamodb.drainReplication();

      const { Item: head } = await table.send(
        new GetCommand({
          TableName: outputs.tableName,
          Key: { pk: `${outputs.domainId}/asset@${project?.projectId}`, sk: assetId },
        }),
      );
      const { Items: versions } = await table.send(
        new QueryCommand({
          TableName: outputs.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `${outputs.domainId}/asset/${assetId}` },
        }),
      );

      assert.equal(head?.AssetId, assetId);
      assert.equal(head?.AssetType, project?.assetTypeName);
      assert.equal(head?.state, 'LIVE');
      assert.equal(versions?.length, 1);
      assert.equal(versions[0]?.sk, head?.version);
      assert.equal(versions[0]?.hash, head?.hash);
      assert.ok(versions[0]?.payload instanceof Uint8Array);
    });

    it('lets one of two runs work and skips the other, and both say so', async () => {
      const effect = { kind: 'slow', milliseconds: 3000 } as const;
      const hurry = cloud.faults.add({ service: 'datazone', operation: 'SearchListings', effect });

      const arns = await Promise.all([bench.startExecution(), bench.startExecution()]);
      const ended = await Promise.all(arns.map((arn) => bench.untilEnded(arn)));

      hurry();
      assert.ok(ended.every(({ status }) => status === 'SUCCEEDED'));
      const worked = ended.find(({ result }) => result.status === 'COMPLETE');
      const skipped = ended.find(({ result }) => result.status === 'SKIPPED');
      assert.ok(worked?.executionArn && skipped, JSON.stringify(ended.map(({ result }) => result)));
      assert.equal(skipped.result.holder, worked.executionArn);
      assert.equal((await bench.manifestOf(worked.executionArn))?.status, 'COMPLETE');
      const manifest = await bench.manifestOf(skipped.executionArn);
      assert.equal(manifest?.status, 'SKIPPED');
      assert.ok(manifest.reason?.includes(worked.executionArn));
    });
  });
}
