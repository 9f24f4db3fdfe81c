import './quiet';
import { readFile } from 'node:fs/promises';
import { program } from 'commander';
import { z } from 'zod';
import { fillDomain } from '../fixture/fill-domain';
import { loadFixture } from '../fixture/load-fixture';
import { startLocalCloud } from '../local-cloud';
import { Random } from '../random';
import { assetsOption, flavourOption, projectsOption, seedOption, whole } from './options';

const optionsSchema = z.object({
  flavour: z.enum(['datazone', 'smus']),
  port: z.number(),
  projects: z.number(),
  assets: z.number(),
  seed: z.number(),
  empty: z.boolean(),
  unkind: z.boolean(),
  verbose: z.boolean(),
  fixture: z.string().optional(),
  dynamodbEndpoint: z.url().optional(),
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
  .option('--dynamodb-endpoint <url>', "an outside DynamoDB, such as AWS's DynamoDB Local")
  .option('--verbose', 'print what the callbacks log', false)
  .action(async (raw: unknown) => {
    const options = optionsSchema.parse(raw);
    const cloud = await startLocalCloud({
      flavour: options.flavour,
      projects: Array.from({ length: options.projects }, (_, index) => `Project ${index + 1}`),
      port: options.port,
      seed: options.seed,
      unkind: options.unkind,
      ...(options.dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint: options.dynamodbEndpoint }),
      ...(options.verbose
        ? { onLog: ({ functionName, line }) => void process.stderr.write(`${functionName} ${line}\n`) }
        : {}),
    });
    const inDomain = {
      service: cloud.datazone,
      caller: cloud.administrator,
      domainId: cloud.outputs.domainId,
    };
    if (options.fixture !== undefined) {
      loadFixture(inDomain, cloud.projectIds, await readFile(options.fixture, 'utf8'));
    } else if (!options.empty) {
      await fillDomain({
        ...inDomain,
        projectIds: cloud.projectIds,
        assetsPerProject: options.assets,
        random: new Random(options.seed),
      });
    }
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const { readme: _readme, ...outputs } = cloud.outputs;
    process.stdout.write(
      `${JSON.stringify({ endpoint: cloud.endpoint, accessKeyId, secretAccessKey, ...outputs })}\n`,
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void cloud.close().then(() => process.exit(0)));
    }
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
