import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Target, Work } from '../../../core/backup/work';
import { Table } from '../../../core/vault/table';
import { Vault } from '../../../core/vault/vault';
import { type Between, InProcessTables, inProcessDynamoDb } from '../../support/in-process-clients';

const startedAt = '2026-01-01T00:00:00.000Z';

describe('what the tasks of a run hand on', () => {
  const tables = new InProcessTables();
  const client: DynamoDBClient = inProcessDynamoDb(tables.backend);
  let tableName: string;

  beforeEach(async () => {
    tableName = await tables.create();
  });

  after(() => tables.backend.close());

  function work(between?: Between): Work {
    const used = between === undefined ? client : inProcessDynamoDb(tables.backend, { between });
    return new Work(new Vault(new Table(tableName, 'eu-west-1', used), 'dzd_1'), startedAt);
  }

  function targets(count: number): Target[] {
    return Array.from({ length: count }, () => ['asset', randomBytes(16).toString('hex'), null]);
  }

  /** A task that dies at its n-th put. */
  function dyingAt(put: number): Between {
    let puts = 0;
    return ({ answer }) => (++puts === put ? Promise.reject(new Error('died')) : answer());
  }

  it('is whole, however much it is', async () => {
    const many = targets(30_000);
    await work().putTargets('000.0', many);
    await work().putTargets('001.0', many.slice(0, 2));
    assert.deepEqual(await work().targets(), [...many, ...many.slice(0, 2)]);

    const outside = Object.fromEntries(many.map(([kind, id]) => [`${kind} ${id}`, 'project1']));
    await work().putNote('closing', 0, { outside });
    const note = await work().note('closing', z.object({ outside: z.record(z.string(), z.string()) }));
    assert.deepEqual(note?.outside, outside);
  });

  it('holds what a task handed on that died before, and no half of it', async () => {
    await assert.rejects(work(dyingAt(2)).putTargets('000.0', targets(30_000)), /died/);
    assert.deepEqual(await work().targets(), []);
    const few = targets(3);
    await work().putTargets('000.0', few);
    assert.deepEqual(await work().targets(), few);
  });

  it('counts the newest of several notes, and not one that a task died over', async () => {
    const schema = z.object({ calls: z.number(), more: z.array(z.unknown()).optional() });
    for (let calls = 0; calls < 12; calls++) await work().putNote('tally', calls, { calls });
    await assert.rejects(work(dyingAt(2)).putNote('tally', 12, { calls: 12, more: targets(30_000) }), /died/);
    assert.equal((await work().note('tally', schema))?.calls, 11);
  });

  it('fits one item for three hundred unreadable scopes and a sweep of a million resources', async () => {
    const scopes = Array.from({ length: 300 }, (_, number) => ({
      kind: 'asset',
      scopeId: `project${number}`,
      status: 'UNREADABLE' as const,
      reason: 'r'.repeat(500),
    }));
    const checkpoint = {
      position: 0,
      cursor: 'c'.repeat(8_192),
      seen: new Uint8Array(1_000_000 / 8),
      fingerprint: 'f'.repeat(32),
    };
    await work().putGroup(7, { scopes, checkpoint });
    const [group] = await work().groups();
    assert.equal(group?.number, 7);
    assert.equal(group.scopes.length, 300);
    assert.deepEqual(group.checkpoint, checkpoint);
  });
});
