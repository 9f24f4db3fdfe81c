import './quiet';
import { program } from 'commander';
import { z } from 'zod';
import { Narrator } from '../demo/narrator';
import { assetsOption, flavourOption, projectsOption, seedOption } from './options';

const optionsSchema = z.object({
  flavour: z.enum(['datazone', 'smus']).optional(),
  projects: z.number(),
  assets: z.number(),
  seed: z.number(),
  json: z.boolean(),
});

program
  .name('npm run demo --')
  .description(
    'Deploys the program to this machine, backs a domain up twice, loses it, and restores it from the other Region.',
  )
  .addOption(flavourOption().default(undefined, 'both, one after the other'))
  .addOption(projectsOption(3))
  .addOption(assetsOption(20))
  .addOption(seedOption())
  .option('--json', 'print the result as one JSON object on the last line', false)
  .action(async (raw: unknown) => {
    const { json, flavour, ...options } = optionsSchema.parse(raw);
    // Loaded only now, so that help and refusals are there at once.
    const { demo } = await import('../demo/demo');
    const narrator = new Narrator();
    const flavours = flavour === undefined ? (['datazone', 'smus'] as const) : [flavour];
    for (const one of flavours) {
      const result = await demo({ ...options, flavour: one }, narrator);
      if (!result.equal) process.exitCode = 1;
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
      narrator.step(
        result.equal
          ? `The ${one} vault and the domain are equal.`
          : `The ${one} vault differs from the domain.`,
      );
    }
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
