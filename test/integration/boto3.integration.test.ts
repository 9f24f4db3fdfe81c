import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud';

const reportSchema = z.object({
  account: z.string(),
  project: z.string(),
  term: z.string(),
  asset: z.string(),
  status: z.string(),
  snapshot: z.string(),
  steps: z.int(),
  head: z.record(z.string(), z.string()),
  version: z.object({
    sk: z.string(),
    hash: z.string(),
    state: z.string(),
    scope: z.string(),
    source: z.string(),
  }),
  payloadBytes: z.int(),
});

describe('a client in Python', () => {
  let cloud: LocalCloud;

  before(async function () {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) {
      console.log('    skipped: there is no python3 with boto3 on this machine');
      this.skip();
    }
    cloud = await startLocalCloud({ flavour: 'smus', projects: ['Before'], config: { maxConcurrency: 3 } });
  });

  after(() => cloud?.close());

  it('fills a project, backs it up, and reads the asset from the table in the secondary Region', async () => {
    const { endpoint, credentials, outputs } = cloud;
    const { stdout } = await promisify(execFile)('python3', [join(__dirname, 'boto3/client.py')], {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_DEFAULT_REGION: outputs.region,
        DOMAIN_ID: outputs.domainId,
        TABLE_NAME: outputs.tableName,
        STATE_MACHINE_ARN: outputs.backupStateMachineArn,
        SECONDARY_REGION: outputs.secondaryRegion,
      },
    });
    const report = reportSchema.parse(JSON.parse(stdout));

    assert.equal(report.account, outputs.accountId);
    assert.deepEqual([report.status, report.snapshot], ['SUCCEEDED', 'COMPLETE']);
    assert.ok(report.steps > 20);
    const { head, version } = report;
    assert.equal(head.AssetId, report.asset);
    assert.equal(head.AssetName, 'orders');
    assert.equal(head.AssetType, 'OwnedTable');
    assert.equal(head.ExternalIdentifier, 'warehouse/orders');
    assert.equal(head.state, 'LIVE');
    assert.deepEqual(version, {
      sk: head.version,
      hash: head.hash,
      state: 'LIVE',
      scope: report.project,
      source: 'snapshot',
    });
    assert.ok(report.payloadBytes > 100);
    const { datazone, administrator } = cloud;
    const term = datazone.call(
      'GetGlossaryTerm',
      { domainIdentifier: outputs.domainId, identifier: report.term },
      administrator,
    );
    assert.equal(term.name, 'Schlüssel');
  });
});
