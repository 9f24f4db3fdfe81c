import { getDomain } from '@pulumi/aws/datazone';
import type { InvokeOptions } from '@pulumi/pulumi';
import type { DataZoneDomain } from './datazone-domain';

export interface AdoptedDomainArgs {
  readonly id: string;
  readonly region: string;
  /** The domain's customer managed key, which can not be looked up; undefined: it has none. */
  readonly keyArn: string | undefined;
}

/** The domain of the configuration is not one that this stack can adopt. */
export class AdoptionError extends Error {
  override readonly name = 'AdoptionError';

  constructor({ id, region }: AdoptedDomainArgs, finding: string, remedy: string) {
    super(`Domain ${id} in ${region} can not be adopted: ${finding}. ${remedy}`);
  }
}

/**
 * Looks an existing V2 domain up; nothing of it is changed.
 *
 * @throws AdoptionError if there is none, or it is not V2. Thrown in a preview too.
 */
export async function adoptDomain(args: AdoptedDomainArgs, opts: InvokeOptions): Promise<DataZoneDomain> {
  const found = await getDomain({ id: args.id }, opts).catch((error: Error) => {
    const remedy =
      'Check domainId and primaryRegion, and that the deploy role may call datazone:GetDomain on it.';
    throw new AdoptionError(args, `it was not found (${error.message})`, remedy);
  });
  if (found.domainVersion !== 'V2') {
    const version = found.domainVersion || 'of no version';
    const remedy = 'Give the id of a V2 domain, or use flavour datazone, which makes a V1 domain of its own.';
    throw new AdoptionError(args, `it is ${version}, not V2`, remedy);
  }
  const { id, arn, rootDomainUnitId, portalUrl } = found;
  return { id, arn, version: 'V2', rootDomainUnitId, portalUrl, keyArn: args.keyArn };
}
