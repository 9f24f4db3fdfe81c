// Runs inside the child process of a Lambda sandbox: loads the handler once, answers one event at a time.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

let skew = 0;
let current;

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...fields) {
    if (fields.length === 0) super(RealDate.now() + skew);
    else super(...fields);
  }

  static now() {
    return RealDate.now() + skew;
  }
};

const loading = load();
loading.catch(() => {});

process.on('message', run);
process.on('disconnect', () => process.exit());
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => {
    const described = describe(error);
    const failure =
      event === 'uncaughtException'
        ? described
        : {
            errorType: 'Runtime.UnhandledPromiseRejection',
            errorMessage: `${described.errorType}: ${described.errorMessage}`,
            trace: described.trace,
          };
    answerAndExit({ error: failure });
  });
}

async function load() {
  const [module, name] = process.env._HANDLER.split('.');
  const file = ['mjs', 'js', 'cjs']
    .map((extension) => path.join(process.env.LAMBDA_TASK_ROOT, `${module}.${extension}`))
    .find((candidate) => fs.existsSync(candidate));
  if (file === undefined) throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`);
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== 'function') {
    throw failure('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  }
  return handler;
}

async function run(invocation) {
  current = invocation;
  skew = invocation.clockSkewMilliseconds;
  let handler;
  try {
    handler = await loading;
  } catch (error) {
    answerAndExit({ error: describe(error) });
    return;
  }
  process.send({ type: 'started', requestId: invocation.requestId });
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    answer({ payload: JSON.stringify((await handler(invocation.event, contextOf(invocation))) ?? null) });
  } catch (error) {
    answer({ error: describe(error) });
  }
}

function contextOf({ requestId, functionArn, timeoutMilliseconds }) {
  const deadline = performance.now() + timeoutMilliseconds;
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    invokedFunctionArn: functionArn,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  };
}

function answer(outcome) {
  process.send(answerOf(outcome, false));
}

function answerAndExit(outcome) {
  process.send(answerOf(outcome, true), () => process.exit(1));
}

function answerOf(outcome, exiting) {
  return { type: 'answered', requestId: current?.requestId, maxRssKilobytes: peakRss(), exiting, ...outcome };
}

/**
 * Largest resident set of this process, in KiB. Not getrusage's: that one starts with what the parent had when it
 * forked. Where there is no /proc, what is resident now.
 */
function peakRss() {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes);
  } catch {}
  return Math.round(process.memoryUsage.rss() / 1024);
}

function failure(name, message) {
  return Object.assign(new Error(message), { name });
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
