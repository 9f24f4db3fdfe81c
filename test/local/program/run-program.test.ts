import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ComputedProvider } from '../../../local/program/computed-provider';
import type { CapturedResource, ProgramProvider, ResourceGraph } from '../../../local/program/graph';
import { record, runProgram } from '../../../local/program/run-program';

const root = join(__dirname, 'fixture');

function run(config: Record<string, unknown> = {}, provider: ProgramProvider = new ComputedProvider()) {
  return runProgram({ root, stack: 'calm', config, provider });
}

function named(graph: ResourceGraph, name: string): CapturedResource {
  const found = graph.resources.find((resource) => resource.custom && resource.name === name);
  assert.ok(found, `no resource ${name}`);
  return found;
}

describe('runProgram', () => {
  it('gives the program the configuration of its stack, defaults included', async () => {
    const { project, stack, outputs } = await run();

    assert.equal(`${project}/${stack}`, 'fixture/calm');
    assert.deepEqual(outputs.projects, [{ name: 'sales' }]);
    assert.equal(outputs.interval, 720);
  });

  it('lets overrides win over the stack file', async () => {
    const { outputs } = await run({ interval: 5, projects: [{ name: 'finance' }] });

    assert.equal(outputs.interval, 5);
    assert.deepEqual(outputs.projects, [{ name: 'finance' }]);
  });

  it('records what a registration said beyond its inputs', async () => {
    const graph = await run();
    const bucket = named(graph, 'store');
    const component = graph.resources.find((resource) => resource.type === 'fixture:store:Store');

    assert.deepEqual(
      { ...bucket, state: undefined, id: undefined },
      {
        urn: 'urn:pulumi:calm::fixture::fixture:store:Store$aws:s3/bucket:Bucket::store',
        type: 'aws:s3/bucket:Bucket',
        name: 'store',
        custom: true,
        inputs: { bucket: 'from-the-stack', tags: { token: 'hidden' } },
        id: undefined,
        state: undefined,
        parent: component?.urn,
        dependencies: [],
        protect: true,
        retainOnDelete: true,
        provider: 'urn:pulumi:calm::fixture::pulumi:providers:aws::main',
        ignoreChanges: ['tags'],
      },
    );
  });

  it('names the resources that an input was computed from', async () => {
    const graph = await run();

    assert.deepEqual(named(graph, 'store-copy').dependencies, [named(graph, 'store').urn]);
    assert.equal(named(graph, 'store-copy').inputs.description, 'arn:aws:s3:::from-the-stack');
  });

  it('computes the same graph in every run of a process', async () => {
    const [first, second] = await Promise.all([run(), run()]);

    assert.deepEqual(first, second);
    assert.match(named(first, 'store-copy').id, /^store-copy-[0-9a-f]{7}$/);
  });

  it('creates nothing but providers in a preview and leaves out what is not known yet', async () => {
    const asked: string[] = [];
    const provider = new ComputedProvider();
    const graph = await runProgram({
      root,
      stack: 'calm',
      preview: true,
      provider: {
        create: async ({ name }) => {
          asked.push(name);
          return { id: name, state: {} };
        },
        invoke: (token, args) => provider.invoke(token, args),
      },
    });

    assert.deepEqual(asked, ['main']);
    assert.deepEqual(named(graph, 'store-copy').inputs, { late: 'text' });
    assert.equal(graph.outputs.bucketArn, undefined);
  });

  it('throws what the program throws, as it threw it', async () => {
    await assert.rejects(run({ fail: 'program' }), { name: 'Error', message: 'configuration is wrong' });
  });

  it('throws what the program throws once other resources are there', async () => {
    await assert.rejects(run({ fail: 'late' }), /thrown in an apply/);
  });

  it('fails when the program logs an error', async () => {
    await assert.rejects(run({ fail: 'log' }), { message: 'logged' });
  });

  it('throws once what the provider throws, and runs again afterwards', async () => {
    const refusing: ProgramProvider = {
      create: async () => {
        throw new RangeError('AccessDenied');
      },
      invoke: async () => ({ accountId: '123456789012' }),
    };

    await assert.rejects(run({}, refusing), { name: 'RangeError', message: 'AccessDenied' });
    assert.equal((await run()).outputs.caller, '123456789012');
  });

  it('keeps what a failed run throws later from the runs after it', async () => {
    const settings = { project: 'fixture', stack: 'late', config: {} };
    const provider = new ComputedProvider();
    const late = (milliseconds: number) => async () => {
      await Promise.all(
        [0, milliseconds].map(async (delay) => {
          await setTimeout(delay);
          // Nobody awaits it, as nobody awaits what an apply returns.
          void Promise.reject(new Error(`thrown after ${delay} ms`));
        }),
      );
    };

    await assert.rejects(record({ settings, provider, preview: false }, late(20)), /thrown after 0 ms/);
    await record({ settings, provider, preview: false }, () => setTimeout(60));
  });

  it('refuses what the CLI refuses before it starts a program, all of it at once', async () => {
    await assert.rejects(runProgram({ root, stack: 'bare', provider: new ComputedProvider() }), {
      name: 'StackSettingsError',
      message: [
        "Stack 'bare' with configuration key 'fixture:interval' must be of type 'integer'",
        "Stack 'bare' is missing configuration value 'fixture:bucketName'",
      ].join('\n'),
    });
  });
});

describe('ComputedProvider', () => {
  it('is in the Region of the program and acts as its deploy role', async () => {
    const provider = new ComputedProvider();
    await provider.create({
      type: 'pulumi:providers:aws',
      name: 'main',
      inputs: {
        region: 'eu-west-1',
        assumeRoles: JSON.stringify([{ roleArn: 'arn:aws:iam::123456789012:role/ci/deploy' }]),
      },
    });

    const identity = await provider.invoke('aws:index/getCallerIdentity:getCallerIdentity', {});
    const { state } = await provider.create({ type: 'aws:sqs/queue:Queue', name: 'dead', inputs: {} });

    assert.equal(identity.arn, 'arn:aws:sts::123456789012:assumed-role/deploy/pulumi');
    assert.match(String(state.arn), /^arn:aws:sqs:eu-west-1:123456789012:dead-[0-9a-f]{7}$/);
  });

  it('places replicas of tables and keys in their own Regions', async () => {
    const provider = new ComputedProvider();
    const key = await provider.create({ type: 'aws:kms/key:Key', name: 'k', inputs: { multiRegion: true } });
    const replicaKey = await provider.create({
      type: 'aws:kms/replicaKey:ReplicaKey',
      name: 'k-replica',
      inputs: { region: 'us-west-2', primaryKeyArn: key.state.arn },
    });
    const table = await provider.create({
      type: 'aws:dynamodb/table:Table',
      name: 'vault',
      inputs: { name: 'vault', replicas: [{ regionName: 'us-west-2' }] },
    });

    assert.equal(replicaKey.state.arn, String(key.state.arn).replace('us-east-1', 'us-west-2'));
    assert.deepEqual(table.state.replicas, [
      {
        regionName: 'us-west-2',
        arn: 'arn:aws:dynamodb:us-west-2:123456789012:table/vault',
        streamArn: 'arn:aws:dynamodb:us-west-2:123456789012:table/vault/stream/2026-01-01T00:00:00.000',
        streamLabel: '2026-01-01T00:00:00.000',
      },
    ]);
  });

  it('refuses a type that it has no rule for, by name', async () => {
    await assert.rejects(
      new ComputedProvider().create({ type: 'aws:sns/topic:Topic', name: 'alarms', inputs: {} }),
      /no rule computes the resource type aws:sns\/topic:Topic/,
    );
  });
});
