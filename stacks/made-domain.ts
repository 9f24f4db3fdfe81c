import type { DomainVersion } from '../components/datazone-domain';
import { DomainKey } from '../components/domain-key';
import { GovernedDomain } from '../components/governed-domain';
import { slugOf } from '../components/slug';
import type { CommonConfig } from './config';
import type { Connection } from './providers';

export interface MadeDomainArgs {
  readonly domainName: string;
  readonly version: DomainVersion;
  readonly singleSignOn: boolean;
}

/** A domain of the stack under a key of its own. */
export function makeDomain(
  config: CommonConfig,
  { place, providers }: Connection,
  { domainName, version, singleSignOn }: MadeDomainArgs,
): GovernedDomain {
  const opts = { providers: [...providers] };
  const { application, stage, domainOnDestroy: onDestroy } = config;
  const key = new DomainKey('domain-key', { place, onDestroy }, opts);
  return new GovernedDomain(
    'domain',
    {
      place,
      version,
      domainName,
      description: config.domainDescription,
      keyArn: key.arn,
      singleSignOn,
      parameterName: `/${application}/${stage}/${slugOf(domainName)}/domain-id`,
      onDestroy,
    },
    opts,
  );
}
