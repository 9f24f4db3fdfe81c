import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asset } from '@pulumi/pulumi';
import type { LambdaFunction } from '../../../local/lambda/lambda-function';
import { LambdaRuntime, type LambdaRuntimeArgs, LambdaServiceError } from '../../../local/lambda/runtime';

const INVOKER = 'arn:aws:iam::123456789012:role/invoker';

const CODE = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  switch (event.do) {
    case 'environment': return process.env;
    case 'context': return { ...context, remaining: context.getRemainingTimeInMillis() };
    case 'throw': throw Object.assign(new Error('no such scope'), { name: 'ScopeError' });
    case 'throwText': throw 'boom';
    case 'reject': Promise.reject(new Error('left alone')); return new Promise(() => {});
    case 'exit': process.exit(3);
    case 'spin': for (;;) {}
    case 'sleep': await new Promise((r) => setTimeout(r, event.milliseconds)); return calls;
    case 'hang': return new Promise(() => { setInterval(() => {}, 1000); });
    case 'allocate': { const kept = []; for (;;) kept.push(new Array(1e5).fill(Math.random())); }
    case 'big': return 'x'.repeat(event.bytes);
    case 'log': console.log('one'); console.error('two'); return null;
    case 'time': return { now: Date.now(), iso: new Date().toISOString(), fixed: new Date(0).getTime() };
    default: return { calls, event };
  }
};`;

describe('LambdaRuntime', () => {
  let runtime: LambdaRuntime;

  const deploy = async (
    overrides: Partial<LambdaFunction> = {},
    args: Partial<LambdaRuntimeArgs> = {},
    code: unknown = archiveOf(CODE),
  ) => {
    runtime = new LambdaRuntime({
      endpoint: 'http://127.0.0.1:4566',
      credentials: (roleArn) => ({
        accessKeyId: `key of ${roleArn}`,
        secretAccessKey: 'secret',
        sessionToken: 'token',
      }),
      authorize: () => undefined,
      ...args,
    });
    await runtime.deploy({ ...CAPTURE, ...overrides }, code);
    return (event: unknown) => invoke(event);
  };
  const invoke = async (event: unknown) => {
    const { failed, payload } = await runtime.invoke(INVOKER, 'capture', event);
    return { failed, body: JSON.parse(payload) };
  };

  afterEach(() => runtime.shutdown());

  it('answers with what the handler returns, found by name or by ARN', async () => {
    await deploy();

    const byName = await runtime.invoke(INVOKER, 'capture', { a: 1 });
    const byArn = await runtime.invoke(INVOKER, CAPTURE.arn, { a: 2 });

    assert.deepEqual(JSON.parse(byName.payload), { calls: 1, event: { a: 1 } });
    assert.deepEqual(JSON.parse(byArn.payload), { calls: 2, event: { a: 2 } });
    assert.equal(byName.failed, false);
  });

  it('gives the code its declared variables, what Lambda sets, and nothing of this process', async () => {
    const call = await deploy({ environment: { TABLE_NAME: 'vault' } });

    const { body } = await call({ do: 'environment' });

    const { _X_AMZN_TRACE_ID, AWS_LAMBDA_LOG_STREAM_NAME, LAMBDA_TASK_ROOT, ...fixed } = body;
    assert.match(_X_AMZN_TRACE_ID, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    assert.match(AWS_LAMBDA_LOG_STREAM_NAME, /^\[\$LATEST\][0-9a-f]{32}$/);
    assert.match(LAMBDA_TASK_ROOT, /lambda-/);
    assert.deepEqual(fixed, {
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'key of arn:aws:iam::123456789012:role/capture',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_NAME: 'capture',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/capture',
      AWS_REGION: 'eu-west-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      LANG: 'en_US.UTF-8',
      TABLE_NAME: 'vault',
      TZ: ':UTC',
    });
  });

  it('hands the handler a context that counts down to the timeout', async () => {
    const call = await deploy({ timeoutSeconds: 7 });

    const { body } = await call({ do: 'context' });

    const { awsRequestId, logStreamName, remaining, ...fixed } = body;
    assert.match(awsRequestId, /^[0-9a-f-]{36}$/);
    assert.match(logStreamName, /^\[\$LATEST\]/);
    assert.ok(remaining > 6_000 && remaining <= 7_000, `${remaining} ms remain`);
    assert.deepEqual(fixed, {
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'capture',
      functionVersion: '$LATEST',
      invokedFunctionArn: CAPTURE.arn,
      logGroupName: '/aws/lambda/capture',
      memoryLimitInMB: '256',
    });
  });

  it('gives concurrent invocations a process each and reuses them warm', async () => {
    const call = await deploy();

    const together = await Promise.all([1, 2, 3].map(() => call({ do: 'sleep', milliseconds: 50 })));
    const after = await call({});

    assert.deepEqual(
      together.map(({ body }) => body),
      [1, 1, 1],
    );
    assert.equal(after.body.calls, 2);
    assert.equal(runtime.coldStarts('capture'), 3);
  });

  it('starts cold again once warm processes are dropped', async () => {
    const call = await deploy();
    await call({});

    await runtime.dropWarm();

    assert.equal((await call({})).body.calls, 1);
    assert.equal(runtime.coldStarts('capture'), 2);
  });

  describe('errors', () => {
    it('describes a thrown error by type, message and trace', async () => {
      const call = await deploy();

      const { failed, body } = await call({ do: 'throw' });

      assert.equal(failed, true);
      assert.equal(body.errorType, 'ScopeError');
      assert.equal(body.errorMessage, 'no such scope');
      assert.match(body.trace[0], /no such scope/);
    });

    it('describes a thrown value that is no Error', async () => {
      const call = await deploy();

      assert.deepEqual((await call({ do: 'throwText' })).body, {
        errorType: 'string',
        errorMessage: 'boom',
        trace: [],
      });
    });

    it('fails on a promise rejected without anyone listening, and goes on in a new process', async () => {
      const call = await deploy();

      const { body } = await call({ do: 'reject' });

      assert.equal(body.errorType, 'Runtime.UnhandledPromiseRejection');
      assert.equal(body.errorMessage, 'Error: left alone');
      assert.equal((await call({})).body.calls, 1);
    });

    it('reports a process that exits by itself', async () => {
      const call = await deploy();

      const { body } = await call({ do: 'exit' });

      assert.equal(body.errorType, 'Runtime.ExitError');
      assert.match(body.errorMessage, /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/);
    });

    it('names a handler that the code does not export', async () => {
      const call = await deploy({ handler: 'index.main' });

      assert.deepEqual((await call({})).body.errorType, 'Runtime.HandlerNotFound');
    });

    it('names a file that the code does not hold', async () => {
      const call = await deploy({ handler: 'main.handler' });

      const { body } = await call({});

      assert.equal(body.errorType, 'Runtime.ImportModuleError');
      assert.equal(body.errorMessage, "Error: Cannot find module 'main'");
    });
  });

  describe('limits', () => {
    it('kills a handler at its timeout, even one that never yields', async () => {
      const call = await deploy({ timeoutSeconds: 0.2 });

      const { body } = await call({ do: 'spin' });

      assert.equal(body.errorType, 'Sandbox.Timedout');
      assert.match(body.errorMessage, /^RequestId: \S+ Error: Task timed out after 0\.20 seconds$/);
      assert.equal((await call({})).body.calls, 1);
    });

    it('lets code that outgrows its memory die alone', async () => {
      const call = await deploy({ memoryMegabytes: 64, timeoutSeconds: 20 });

      assert.equal((await call({ do: 'allocate' })).body.errorType, 'Runtime.ExitError');
    });

    it('refuses a request over 6 MB', async () => {
      const call = await deploy();

      await assert.rejects(
        call({ filler: 'x'.repeat(6 * 1024 * 1024) }),
        (error) => error instanceof LambdaServiceError && error.code === 'RequestTooLargeException',
      );
    });

    it('fails a response over 6 MB and lets one below it through', async () => {
      const call = await deploy();

      const tooLarge = await call({ do: 'big', bytes: 6 * 1024 * 1024 });
      const fits = await call({ do: 'big', bytes: 6 * 1024 * 1024 - 2 });

      assert.equal(tooLarge.body.errorType, 'Function.ResponseSizeTooLarge');
      assert.equal(fits.failed, false);
    });

    it('throttles above the reserved concurrency', async () => {
      const call = await deploy({ reservedConcurrency: 1 });
      const first = call({ do: 'sleep', milliseconds: 100 });

      await assert.rejects(call({}), { name: 'TooManyRequestsException', message: 'Rate Exceeded.' });

      await first;
    });
  });

  it('fails what is at work when its process is killed', async () => {
    const call = await deploy({}, {});
    const running = call({ do: 'hang' });
    await new Promise((resolve) => setTimeout(resolve, 100));

    const killed = runtime.killRunning('capture');

    assert.equal(killed, 1);
    const { body } = await running;
    assert.equal(body.errorType, 'Runtime.ExitError');
    assert.match(body.errorMessage, /Runtime exited with error: signal: killed$/);
    assert.equal(runtime.killRunning(), 0);
  });

  it('kills the one process whose credentials a call was signed with', async () => {
    let keys = 0;
    const credentials = () => ({
      accessKeyId: `key ${++keys}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    const call = await deploy({}, { credentials });
    const first = call({ do: 'sleep', milliseconds: 1500 });
    const second = call({ do: 'hang' });
    await new Promise((resolve) => setTimeout(resolve, 100));

    assert.equal(runtime.killCaller('key 2'), true);

    assert.equal((await second).body.errorType, 'Runtime.ExitError');
    assert.equal((await first).failed, false);
    assert.equal(runtime.killCaller('key 2'), false, 'it works on nothing any more');
  });

  it('refuses an invoker whom IAM does not allow, and names the action', async () => {
    const call = await deploy(
      {},
      {
        authorize: (principal, action, resource) => {
          if (action === 'lambda:InvokeFunction')
            throw new Error(`${principal} may not ${action} on ${resource}`);
        },
      },
    );

    await assert.rejects(call({}), {
      name: 'AccessDeniedException',
      message: `${INVOKER} may not lambda:InvokeFunction on ${CAPTURE.arn}`,
    });
  });

  it('refuses to create a function whose role does not trust Lambda', async () => {
    await assert.rejects(
      deploy(
        {},
        {
          authorize: (principal, action, resource, context) => {
            throw new Error([principal, action, resource, JSON.stringify(context)].join(' '));
          },
        },
      ),
      {
        message: `lambda.amazonaws.com sts:AssumeRole ${CAPTURE.roleArn} {"aws:SourceArn":"${CAPTURE.arn}","aws:SourceAccount":"123456789012"}`,
      },
    );
  });

  it('refuses code that is no archive of assets', async () => {
    await assert.rejects(deploy({}, {}, new asset.FileArchive('.')), { name: 'UnsupportedCodeError' });
  });

  it('does not know other functions', async () => {
    await deploy();

    await assert.rejects(runtime.invoke(INVOKER, 'restore', {}), {
      name: 'ResourceNotFoundException',
      message: 'Function not found: restore',
    });
  });

  it('keeps what the code prints, line by line', async () => {
    const heard: string[] = [];
    const call = await deploy(
      {},
      { onLog: ({ functionName, line }) => heard.push(`${functionName}: ${line}`) },
    );

    await call({ do: 'log' });

    assert.deepEqual([...runtime.logLines('capture')].sort(), ['one', 'two']);
    assert.deepEqual(heard.sort(), ['capture: one', 'capture: two']);
  });

  it('sets the clock of the code apart from this machine by the asked skew', async () => {
    const day = 86_400_000;
    const call = await deploy({}, { clockSkewMilliseconds: () => day });

    const before = Date.now();
    const { body } = await call({ do: 'time' });
    const after = Date.now();

    assert.ok(body.now >= before + day && body.now <= after + day);
    assert.ok(Date.parse(body.iso) >= before + day);
    assert.equal(body.fixed, 0);
  });

  it('runs the code under another Node.js where one is given', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'node-'));
    const nodeBinary = path.join(folder, 'node');
    await writeFile(nodeBinary, `#!/bin/sh\nWRAPPED=yes exec ${process.execPath} "$@"\n`, { mode: 0o755 });
    const call = await deploy({}, { nodeBinary });

    const { body } = await call({ do: 'environment' });

    await rm(folder, { recursive: true });
    assert.equal(body.WRAPPED, 'yes');
  });

  it('fails an event when that Node.js is not there', async () => {
    const call = await deploy({}, { nodeBinary: '/no/such/node' });

    const { failed, body } = await call({});

    assert.equal(failed, true);
    assert.equal(body.errorType, 'Runtime.ExitError');
    assert.match(body.errorMessage, /ENOENT/);
  });

  it('records how much memory the processes took, whatever their parent takes', async () => {
    const call = await deploy();
    const weight = Buffer.alloc(300 * 1024 * 1024, 1);

    await call({});

    assert.ok(weight.length > 0);
    assert.ok(runtime.peakRssMegabytes > 20 && runtime.peakRssMegabytes < 200);
  });
});

const CAPTURE: LambdaFunction = {
  name: 'capture',
  arn: 'arn:aws:lambda:eu-west-1:123456789012:function:capture',
  region: 'eu-west-1',
  roleArn: 'arn:aws:iam::123456789012:role/capture',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  environment: {},
  timeoutSeconds: 5,
  memoryMegabytes: 256,
  logGroup: '/aws/lambda/capture',
};

function archiveOf(code: string) {
  return new asset.AssetArchive({ 'index.mjs': new asset.StringAsset(code) });
}
