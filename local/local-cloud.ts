import { join } from 'node:path';
import { z } from 'zod';
import { authorizeBy } from './authorize';
import { type Clock, systemClock } from './clock';
import { Trail } from './cloud-trail';
import { calm, DataZoneService, harsh } from './datazone/service';
import { install } from './deploy/install';
import { LocalProvider } from './deploy/local-provider';
import { CALM, UNKIND } from './dynamodb/behaviour';
import { RemoteBackend } from './dynamodb/remote-backend';
import { DynamoDbService } from './dynamodb/service';
import { EventRules } from './event-rules';
import { EventBridgeService } from './events';
import { Faults } from './faults';
import { Gateway } from './gateway';
import { KeyPolicies } from './iam/key-policies';
import { PolicyStore } from './iam/policy-store';
import { type Credentials, Identities } from './identities';
import type { EventSourceMapping } from './lambda/event-source-mapping';
import { type InvokeResult, LambdaRuntime, type LogLine } from './lambda/runtime';
import { Metering } from './metering';
import { PerRegion } from './per-region';
import type { ResourceGraph } from './program/graph';
import { runProgram } from './program/run-program';
import { readStackSettings } from './program/stack-settings';
import { Random } from './random';
import { Scheduler } from './scheduler';
import { PROMPT, RESTLESS } from './sqs/behaviour';
import { SqsService } from './sqs/service';
import type { Execution } from './stepfunctions/execution';
import { StepFunctionsService } from './stepfunctions/service';
import { StsService } from './sts';
import type { Caller } from './wire';

export type Flavour = 'datazone' | 'smus';

export interface LocalCloudOptions {
  readonly flavour: Flavour;
  /** Names of the projects that the domain gets. */
  readonly projects: readonly string[];
  /** @default a free one */
  readonly port?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Lag, reordering, expiring cursors and the rest of what AWS does on a bad day. @default false */
  readonly unkind?: boolean;
  /** An outside DynamoDB, such as AWS's DynamoDB Local, in place of the embedded one. */
  readonly dynamodbEndpoint?: string;
  /** Other values for keys of the stack file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Wait states and waits between retries: as long as defined, or 20 ms at most. @default shortened */
  readonly waits?: 'real' | 'shortened';
  /** Whether the account has a trail, and the longest time until EventBridge hears of a call. @default 1,000 ms */
  readonly trail?: { readonly delayMilliseconds: number } | 'none';
  /** Of every service, and of the callbacks' processes. @default the system's */
  readonly clock?: Clock;
  /** Node.js that runs the callbacks. @default the one that runs the local cloud */
  readonly nodeBinary?: string;
  readonly onLog?: (line: LogLine) => void;
}

const outputsSchema = z.looseObject({
  region: z.string(),
  secondaryRegion: z.string(),
  accountId: z.string(),
  domainId: z.string(),
  domainVersion: z.enum(['V1', 'V2']),
  tableName: z.string(),
  backupStateMachineArn: z.string(),
  backupScheduleName: z.string(),
  captureRoleArn: z.string(),
  projectIds: z.record(z.string(), z.string()),
});
export type LocalOutputs = z.infer<typeof outputsSchema>;

const accountId = '123456789012';
const deployRoleArn = `arn:aws:iam::${accountId}:role/datazone-resilience-deploy`;

/**
 * The program, deployed on this machine: one endpoint on loopback for all services and both Regions, the captured
 * callbacks in processes of their own, every call of theirs judged by the captured policies.
 */
export interface LocalCloud {
  readonly endpoint: string;
  readonly graph: ResourceGraph;
  readonly outputs: LocalOutputs;
  /** Ids of the domain's projects, in the order of their names in the options. */
  readonly projectIds: readonly string[];
  /** Of the account's administrator: what a person's SDK signs with. */
  readonly credentials: Credentials;
  /** The same, for calls of the DataZone service without the wire. */
  readonly administrator: Caller;
  /** In the primary Region. */
  readonly datazone: DataZoneService;
  /** In the secondary Region: another DataZone, with domains of its own. */
  readonly standbyDatazone: DataZoneService;
  readonly dynamodb: DynamoDbService;
  readonly lambda: LambdaRuntime;
  readonly states: StepFunctionsService;
  readonly events: EventBridgeService;
  readonly sqs: SqsService;
  /** The rules, with what did not reach their targets. */
  readonly rules: EventRules;
  /** The functions' subscriptions to queues, with how each fares. */
  readonly mappings: readonly EventSourceMapping[];
  readonly policies: PolicyStore;
  readonly faults: Faults;
  readonly metering: Metering;
  /** Lets the schedule fire once, and waits for the end of the backup that it starts. */
  runSchedule(): Promise<Execution>;
  /** Lets a Region's schedule of proofs fire once, and gives the function's answer. */
  runProof(region: string): Promise<InvokeResult>;
  /**
   * Loses a Region: none of its services answers, its functions do not run, its keys can be used from nowhere, nothing
   * is replicated to or from it, and IAM takes no changes. The returned function brings it back.
   */
  loseRegion(region: string): () => void;
  /**
   * From now on rules see events, and functions poll their queues. Before, nothing is delivered: whoever fills a
   * domain first need not wait for what nobody asked about.
   */
  startEvents(): void;
  /** Ends that, once the invocations that are under way have ended. */
  stopEvents(): Promise<void>;
  close(): Promise<void>;
}

/** Stands everything up. Throws what the program throws on a bad configuration. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { clock = systemClock, seed = 1, unkind = false, flavour, waits = 'shortened' } = options;
  const { region, secondary } = regionsOf(options);
  const random = new Random(seed);
  const identities = new Identities(accountId, seed);
  const policies = new PolicyStore();
  const authorize = authorizeBy(policies);
  const metering = new Metering();
  const faults = new Faults(seed);
  const events = new EventBridgeService(clock);
  const trail =
    options.trail === 'none'
      ? undefined
      : new Trail({
          clock,
          // A stream of its own: a trail must not change what else is drawn.
          random: new Random(seed),
          accountId,
          region,
          delayMilliseconds: options.trail?.delayMilliseconds ?? 1_000,
          emit: (event) => events.publish(event),
        });
  const datazone = new DataZoneService({
    clock,
    random: random.fork(),
    accountId,
    region,
    unkind: unkind ? harsh : calm,
    emit: (event) => events.publish(event),
    // Without a rule that sees it, an event need not be made.
    onCall: (call) => events.isHeard && trail?.record(call),
  });
  const sqs = new SqsService({ clock, seed, behaviour: unkind ? RESTLESS : PROMPT });
  const keys = new KeyPolicies();
  const rules = new EventRules({ bus: events, sqs, keys });
  const dynamodb = new DynamoDbService({
    accountId,
    metering,
    clock,
    seed,
    behaviour: unkind ? UNKIND : CALM,
    ...(options.dynamodbEndpoint === undefined
      ? {}
      : { backend: new RemoteBackend(options.dynamodbEndpoint) }),
  });
  const gateway = new Gateway({ identities, policies, metering, faults, clock });
  const endpoint = await gateway.listen(options.port);
  const lambda = new LambdaRuntime({
    endpoint,
    credentials: (roleArn, session) => identities.assume(roleArn, session).credentials,
    authorize,
    clockSkewMilliseconds: () => clock.now() - Date.now(),
    isLost: (lost) => faults.isLost(lost),
    ...(options.nodeBinary === undefined ? {} : { nodeBinary: options.nodeBinary }),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
  });
  const states = new StepFunctionsService({ lambda, authorize, clock, random: random.fork(), waits });
  const scheduler = new Scheduler({ states, lambda, authorize, clock });
  const standbyDatazone = new DataZoneService({
    clock,
    random: random.fork(),
    accountId,
    region: secondary,
    unkind: unkind ? harsh : calm,
  });
  const everyDatazone = new PerRegion(datazone, new Map([[secondary, standbyDatazone]]));
  for (const service of [everyDatazone, dynamodb, states, events, sqs, new StsService(identities)]) {
    gateway.register(service);
  }
  let mappings: readonly EventSourceMapping[] = [];
  const stopEvents = async () => {
    rules.stop();
    await Promise.all(mappings.map((mapping) => mapping.stop()));
  };
  const close = async () => {
    scheduler.shutdown();
    sqs.shutdown();
    // Not waited for yet: an invocation that is under way ends with its process.
    const stopped = stopEvents();
    await states.shutdown();
    await lambda.shutdown();
    await stopped;
    await gateway.close();
    await dynamodb.close();
  };
  try {
    const deployer: Caller = { principalArn: deployRoleArn, region, accountId, administrator: false };
    const graph = await runProgram({
      stack: flavour,
      config: { deployRoleArn, ...domainConfig(options, datazone, deployer), ...options.config },
      provider: new LocalProvider(datazone, deployer, endpoint),
    });
    const emulators = { policies, keys, authorize, clock, dynamodb, lambda, states, scheduler, sqs, rules };
    mappings = await install(graph, emulators, region);
    const outputs = outputsSchema.parse(graph.outputs);
    const { principalArn, credentials } = identities.administrator;
    const administrator: Caller = { principalArn, region, accountId, administrator: true };
    return {
      endpoint,
      graph,
      outputs,
      projectIds: projectsOf(datazone, outputs.domainId, administrator, options.projects),
      credentials,
      administrator,
      datazone,
      standbyDatazone,
      dynamodb,
      lambda,
      states,
      events,
      sqs,
      rules,
      mappings,
      policies,
      faults,
      metering,
      runSchedule: async () => {
        const execution = scheduler.runNow(outputs.backupScheduleName);
        await execution.finished;
        return execution;
      },
      loseRegion: (lost) => {
        const regionBack = faults.regionOff(lost);
        dynamodb.pauseReplication();
        return () => {
          regionBack();
          dynamodb.resumeReplication();
        };
      },
      runProof: (at) => scheduler.invokeNow(scheduler.functionSchedules().get(at) ?? at),
      startEvents: () => {
        rules.start();
        for (const mapping of mappings) mapping.start();
      },
      stopEvents,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where the stack file places domain and replica: DataZone must stand there before the program runs. */
function regionsOf({ flavour, config }: LocalCloudOptions): {
  readonly region: string;
  readonly secondary: string;
} {
  const settings = readStackSettings({
    root: join(__dirname, '..'),
    stack: flavour,
    overrides: config ?? {},
  });
  const given = (key: string) => z.string().parse(settings.config[`${settings.project}:${key}`]);
  return { region: given('primaryRegion'), secondary: given('secondaryRegion') };
}

/**
 * What the stack is told of the domain: the projects to make, or, where the stack adopts a domain, the id of one
 * that stands here already, with its projects.
 */
function domainConfig(
  { flavour, projects }: LocalCloudOptions,
  datazone: DataZoneService,
  deployer: Caller,
): Record<string, unknown> {
  if (flavour === 'datazone') return { projects: projects.map((name) => ({ name })) };
  const domain = datazone.call(
    'CreateDomain',
    {
      name: 'Unified Studio',
      domainVersion: 'V2',
      domainExecutionRole: `arn:aws:iam::${accountId}:role/service-role/AmazonSageMakerDomainExecution`,
      serviceRole: `arn:aws:iam::${accountId}:role/service-role/AmazonSageMakerDomainService`,
    },
    deployer,
  );
  for (const name of projects)
    datazone.call('CreateProject', { domainIdentifier: domain.id, name }, deployer);
  return { domainId: domain.id, domainKmsKeyArn: undefined };
}

function projectsOf(
  datazone: DataZoneService,
  domainIdentifier: string,
  caller: Caller,
  names: readonly string[],
): string[] {
  return names.map((name) => {
    const { items } = datazone.call('ListProjects', { domainIdentifier, name }, caller);
    const found = items?.find((project) => project.name === name);
    if (found === undefined) throw new Error(`The domain has no project ${name}`);
    return found.id;
  });
}
