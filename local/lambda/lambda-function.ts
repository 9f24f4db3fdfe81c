import type { Credentials } from '../identities';

/** What a Lambda function is configured with; names and units as in AWS's own API. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
  /** `index.handler`: file without extension, dot, export. */
  readonly handler: string;
  /** `nodejs24.x`; only told to the code, the binary is the local cloud's. */
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  /** Invocations beyond this many at once are throttled; undefined: no limit of its own. */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * The whole environment of a function's process: what is declared, and what Lambda itself sets
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), with AWS's endpoint replaced.
 */
export function environmentOf(
  lambda: LambdaFunction,
  sandbox: {
    readonly taskRoot: string;
    readonly endpoint: string;
    readonly credentials: Credentials;
    readonly logStream: string;
  },
): Record<string, string> {
  return {
    ...lambda.environment,
    _HANDLER: lambda.handler,
    AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
    AWS_DEFAULT_REGION: lambda.region,
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${lambda.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: lambda.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: sandbox.logStream,
    AWS_REGION: lambda.region,
    // Lambda runs newer Node.js than the local cloud may: the SDK's warning would say nothing about production.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: sandbox.credentials.sessionToken ?? '',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LANG: 'en_US.UTF-8',
    LAMBDA_TASK_ROOT: sandbox.taskRoot,
    TZ: ':UTC',
  };
}
