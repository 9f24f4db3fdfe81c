import { adoptDomain } from '../components/adopted-domain';
import type { DataZoneDomain } from '../components/datazone-domain';
import type { SmusConfig } from './config';
import { makeDomain } from './made-domain';
import type { StackOutputs } from './outputs';
import { type CaptureRole, protectDomain } from './protected-domain';
import type { Connection } from './providers';

/** Stack smus: the backup of a V2 domain, adopted or made as a shell. */
export async function deploySmus(config: SmusConfig, connection: Connection): Promise<StackOutputs> {
  const { projects } = config;
  return protectDomain({
    config,
    connection,
    domain: await findOrMakeDomain(config, connection),
    projects: projects === 'all' ? 'all' : Object.fromEntries(projects.map((id) => [id, id])),
    captureRole: captureRoleOf(config),
  });
}

async function findOrMakeDomain(config: SmusConfig, connection: Connection): Promise<DataZoneDomain> {
  const { domainId, domainName = '', domainKmsKeyArn: keyArn, primaryRegion: region } = config;
  if (domainId === undefined) {
    return makeDomain(config, connection, { domainName, version: 'V2', singleSignOn: false });
  }
  return adoptDomain({ id: domainId, region, keyArn }, { provider: connection.provider });
}

function captureRoleOf(config: SmusConfig): CaptureRole | undefined {
  const { captureRoleArn: arn, captureRoleProfileId: profileId } = config;
  return arn === undefined ? undefined : { arn, profileId };
}
