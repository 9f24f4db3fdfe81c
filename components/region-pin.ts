import { getParametersByPath, Parameter } from '@pulumi/aws/ssm';
import { ComponentResource, type ComponentResourceOptions, type InvokeOptions } from '@pulumi/pulumi';
import { z } from 'zod';

/** What is part of the identity of resources, and so fixed by the first `up`. */
export interface Pinned {
  readonly primaryRegion: string;
  readonly secondaryRegion: string;
  /** What kind of domain it is. */
  readonly flavour: string;
  /** The domain that the stack makes; empty: it adopts one. */
  readonly domainName: string;
}

export interface RegionPinArgs {
  /** Path of the stack's own parameters: `/<project>/<stack>`. */
  readonly path: string;
  readonly pinned: Pinned;
}

export interface PinCheckArgs extends RegionPinArgs {
  /** The domain may be replaced: it is to be deleted with the stack anyway. */
  readonly domainMayChange: boolean;
}

/** The configuration would move or replace what the first `up` fixed. */
export class PinError extends Error {
  override readonly name = 'PinError';
}

/** Remembers in both Regions what the first `up` fixed, for {@link refuseMoves}. */
export class RegionPin extends ComponentResource {
  constructor(name: string, args: RegionPinArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:vault:RegionPin', name, {}, opts);
    const { primaryRegion, secondaryRegion } = args.pinned;
    const parameter = (suffix: string, region: string) =>
      new Parameter(
        `${name}-${suffix}`,
        {
          name: parameterName(args.path),
          type: 'String',
          description: 'What the first deployment fixed; a change is refused',
          value: JSON.stringify(args.pinned),
          region,
        },
        { parent: this },
      );
    parameter('primary', primaryRegion);
    parameter('secondary', secondaryRegion);
    this.registerOutputs({});
  }
}

/**
 * Compares the configuration with what the first `up` wrote in either of its Regions. Run it before any resource
 * is registered: a preview fails too.
 *
 * @throws PinError with a line for each change.
 */
export async function refuseMoves(args: PinCheckArgs, opts: InvokeOptions): Promise<void> {
  const { path, pinned, domainMayChange } = args;
  const regions = [pinned.primaryRegion, pinned.secondaryRegion];
  const found = await Promise.all(regions.map((region) => getParametersByPath({ path, region }, opts)));
  const problems = new Set<string>();
  for (const { names, values } of found) {
    const text = values[names.indexOf(parameterName(path))];
    if (text === undefined) continue;
    for (const [key, was] of Object.entries(pinnedSchema.parse(JSON.parse(text)))) {
      const is = pinned[key as keyof Pinned];
      if (was === is) continue;
      const region = key.endsWith('Region');
      if (!region && domainMayChange) continue;
      const remedy = region
        ? 'Change it back: fail-over is done at run time, and a new home is a new stack.'
        : 'It would replace the domain: change it back, or set domainOnDestroy to delete.';
      problems.add(`${key}: "${is}" was "${was}" at the first up. ${remedy}`);
    }
  }
  if (problems.size > 0) throw new PinError([...problems].join('\n'));
}

const pinnedSchema = z.object({
  primaryRegion: z.string(),
  secondaryRegion: z.string(),
  flavour: z.string(),
  domainName: z.string(),
});

function parameterName(path: string): string {
  return `${path}/first-deployment`;
}
