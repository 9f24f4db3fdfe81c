import { LogGroup } from '@pulumi/aws/cloudwatch';
import { Function as LambdaFunction } from '@pulumi/aws/lambda';
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { callbackGrants } from './backup-permissions';
import { bundle } from './bundle';
import { type GrantedRole, grantTo } from './service-role';

/** Newest Node.js runtime that Lambda and @pulumi/aws know. */
export const callbackRuntime = 'nodejs24.x';

/** Variables that a schema demands, without those that Lambda sets itself. */
export type Variables<Schema extends z.ZodObject> = {
  readonly [Name in Exclude<keyof Schema['shape'], 'AWS_REGION'>]: pulumi.Input<string | number>;
};

export interface CallbackArgs<Schema extends z.ZodObject> {
  /** What it does, for people who look at the function. */
  readonly description: string;
  /** Path of the file that exports `handler`, from the project's root: `handlers/begin.ts`. */
  readonly handler: string;
  /** What the handler parses its environment with (`handlers/<task>.env.ts`). */
  readonly schema: Schema;
  /** Exactly the variables of `schema`; AWS_REGION is Lambda's. */
  readonly environment: Variables<Schema>;
  /** Service name in logs, metrics and traces. */
  readonly serviceName: string;
  /** Gets the right to write this function's log besides. */
  readonly role: GrantedRole;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly logRetentionDays: number;
  /** Key that encrypts the logs, of the function's Region. */
  readonly logKeyArn: pulumi.Input<string>;
  /** @default the provider's */
  readonly region?: string;
}

/**
 * A Lambda function whose code is one of this project's handlers, bundled while the program runs, and its log
 * group. The role is the caller's.
 */
export class Callback<Schema extends z.ZodObject> extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;

  constructor(name: string, args: CallbackArgs<Schema>, opts?: pulumi.ComponentResourceOptions) {
    super('datazone-resilience:callback:Callback', name, {}, opts);
    const placed = args.region === undefined ? {} : { region: args.region };

    const logGroup = new LogGroup(
      name,
      {
        namePrefix: `/aws/lambda/${name}-`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logKeyArn,
        ...placed,
      },
      { parent: this },
    );
    const observed = grantTo(args.role.name, `${name}-log`, callbackGrants(logGroup.arn), this);
    const code = bundle({ entry: args.handler, runtime: callbackRuntime });
    const lambda = new LambdaFunction(
      name,
      {
        description: args.description,
        runtime: callbackRuntime,
        architectures: ['arm64'],
        handler: 'index.handler',
        code: new pulumi.asset.AssetArchive(code.then(assets)),
        role: args.role.arn,
        memorySize: args.memoryMegabytes,
        timeout: args.timeoutSeconds,
        environment: { variables: variables(args) },
        loggingConfig: { logGroup: logGroup.name, logFormat: 'JSON' },
        tracingConfig: { mode: 'Active' },
        ...placed,
      },
      { parent: this, dependsOn: [...args.role.policies, observed] },
    );

    this.functionArn = lambda.arn;
    this.registerOutputs({ functionArn: this.functionArn });
  }
}

function assets(files: Readonly<Record<string, string>>): pulumi.asset.AssetMap {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, new pulumi.asset.StringAsset(text)]),
  );
}

/** The declared variables, refused already here if the handler would refuse them at its cold start. */
function variables<Schema extends z.ZodObject>(
  args: CallbackArgs<Schema>,
): pulumi.Output<Record<string, string>> {
  return pulumi.output<Record<string, unknown>>(args.environment).apply((values): Record<string, string> => {
    const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
    args.schema.parse({ ...texts, AWS_REGION: 'set by Lambda' });
    return {
      ...texts,
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: args.serviceName,
      POWERTOOLS_METRICS_NAMESPACE: 'datazone-resilience',
    };
  });
}
