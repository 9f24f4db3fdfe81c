import { getProject, getStack } from '@pulumi/pulumi';
import type { PinCheckArgs } from '../components/region-pin';
import { slugOf } from '../components/slug';
import type { Config } from './config';

/** What the first `up` of this stack fixes, and where it is remembered. */
export function pinOf(config: Config): PinCheckArgs {
  const { primaryRegion, secondaryRegion, flavour, domainName = '' } = config;
  return {
    path: `/${slugOf(getProject())}/${slugOf(getStack())}`,
    pinned: { primaryRegion, secondaryRegion, flavour, domainName },
    domainMayChange: config.domainOnDestroy === 'delete',
  };
}
