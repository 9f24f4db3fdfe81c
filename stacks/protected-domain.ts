import { type Input, interpolate } from '@pulumi/pulumi';
import type { DataZoneDomain } from '../components/datazone-domain';
import { RegionPin } from '../components/region-pin';
import { VaultKeys } from '../components/vault-keys';
import { VaultTable } from '../components/vault-table';
import type { Config } from './config';
import type { StackOutputs } from './outputs';
import { pinOf } from './pin';
import type { Connection } from './providers';

/** An existing role that reads the domain. */
export interface CaptureRole {
  readonly arn: string;
  /** Its user profile; undefined: it is a member of the projects already, too. */
  readonly profileId: string | undefined;
}

export interface ProtectedDomainArgs {
  readonly config: Config;
  readonly connection: Connection;
  readonly domain: DataZoneDomain;
  /** What is backed up: ids by a name, or all projects that there are at each run. */
  readonly projects: 'all' | Readonly<Record<string, Input<string>>>;
  /** Role that captures; absent: the stack makes one and enrols it. */
  readonly captureRole?: CaptureRole | undefined;
}

/** The vault and the scheduled backup of a domain, the same for every flavour. */
export function protectDomain(args: ProtectedDomainArgs): StackOutputs {
  const { config, connection, domain, projects } = args;
  const { place, providers } = connection;
  const { primaryRegion, secondaryRegion, onDestroy } = config;
  const opts = { providers: [...providers] };

  new RegionPin('first-deployment', pinOf(config), opts);
  const keys = new VaultKeys('vault-keys', { place, primaryRegion, secondaryRegion, onDestroy }, opts);
  const { tableKeyArn, replicaKeyArn } = keys;
  const table = new VaultTable(
    'vault',
    { primaryRegion, secondaryRegion, tableKeyArn, replicaKeyArn, onDestroy },
    opts,
  );

  return {
    flavour: config.flavour,
    region: primaryRegion,
    secondaryRegion,
    accountId: place.accountId,
    domainId: domain.id,
    domainArn: domain.arn,
    domainVersion: domain.version,
    portalUrl: domain.portalUrl,
    projectIds: projects === 'all' ? {} : projects,
    tableName: table.tableName,
    tableArn: table.tableArn,
    replicaTableArn: table.replicaTableArn,
    tableKeyArn,
    replicaKeyArn,
    domainKeyArn: domain.keyArn ?? '',
    backupStateMachineArn: '',
    backupScheduleName: '',
    captureRoleArn: '',
    readme: interpolate`Domain ${domain.id}`,
  };
}
