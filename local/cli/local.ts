import './quiet';
import { readFile } from 'node:fs/promises';
import { program } from 'commander';
import { z } from 'zod';
import { fillDomain } from '../fixture/fill-domain';
import { loadFixture } from '../fixture/load-fixture';
import type { LocalCloud } from '../local-cloud';
import { Random } from '../random';
import { assetsOption, flavourOption, httpUrl, projectsOption, seedOption, whole } from './options';

const optionsSchema = z.object({
  flavour: z.enum(['datazone', 'smus']),
  port: z.number(),
  projects: z.number(),
  assets: z.number(),
  seed: z.number(),
  empty: z.boolean(),
  unkind: z.boolean(),
  events: z.boolean(),
  verbose: z.boolean(),
  fixture: z.string().optional(),
  dynamodbEndpoint: z.string().optional(),
});

program
  .name('npm run local --')
  .description('Deploys the stack to this machine and stays up. When it is ready it prints one line of JSON.')
  .addOption(flavourOption())
  .option('--port <port>', 'port on loopback; 0 takes a free one', whole(0, 65_535), 0)
  .addOption(projectsOption(2))
  .addOption(assetsOption(20))
  .addOption(seedOption())
  .option('--fixture <file>', 'fill the domain from a JSON file: a list of {operation, input} calls')
  .option('--empty', 'leave the projects empty', false)
  .option('--unkind', "lag, reordering, expiring cursors: AWS's bad days", false)
  .option('--events', 'events reach the callback that captures changes', false)
  .option('--dynamodb-endpoint <url>', "an outside DynamoDB, such as AWS's DynamoDB Local", httpUrl)
  .option('--verbose', 'print what the callbacks log', false)
  .action(async (raw: unknown) => {
    const options = optionsSchema.parse(raw);
    const fixture = options.fixture === undefined ? undefined : await readFile(options.fixture, 'utf8');
    // Loaded only now, so that help and refusals are there at once.
    const { startLocalCloud } = await import('../local-cloud');
    const projects = Array.from({ length: options.projects }, (_, index) => `Project ${index + 1}`);
    const cloud = await startLocalCloud({
      flavour: options.flavour,
      projects,
      port: options.port,
      seed: options.seed,
      unkind: options.unkind,
      ...(options.dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint: options.dynamodbEndpoint }),
      ...(options.verbose
        ? { onLog: ({ functionName, line }) => void process.stderr.write(`${functionName} ${line}\n`) }
        : {}),
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void cloud.close().then(() => process.exit(0)));
    }
    try {
      await fill(cloud, options, fixture);
    } catch (error) {
      await cloud.close();
      throw error;
    }
    if (options.events) cloud.startEvents();
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const { readme: _readme, ...outputs } = cloud.outputs;
    // A stack that captures all projects knows none by name when it is deployed.
    const projectIds = Object.fromEntries(projects.map((name, index) => [name, cloud.projectIds[index]]));
    const ready = { endpoint: cloud.endpoint, accessKeyId, secretAccessKey, ...outputs, projectIds };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  });

async function fill(
  cloud: LocalCloud,
  { assets, empty, seed }: z.infer<typeof optionsSchema>,
  fixture: string | undefined,
): Promise<void> {
  const { datazone: service, administrator: caller, outputs, projectIds } = cloud;
  const inDomain = { service, caller, domainId: outputs.domainId };
  if (fixture !== undefined) {
    loadFixture(inDomain, projectIds, fixture);
  } else if (!empty) {
    await fillDomain({ ...inDomain, projectIds, assetsPerProject: assets, random: new Random(seed) });
  }
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
