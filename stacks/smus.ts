import { adoptDomain } from '../components/adopted-domain';
import type { ExistingCaptureRole } from '../components/backup';
import type { DataZoneDomain } from '../components/datazone-domain';
import type { SmusConfig } from './config';
import { makeDomain } from './made-domain';
import type { StackOutputs } from './outputs';
import { protectDomain } from './protected-domain';
import type { Connection } from './providers';

/** Stack smus: the backup of a V2 domain, adopted or made as a shell. */
export async function deploySmus(config: SmusConfig, connection: Connection): Promise<StackOutputs> {
  const { projects, kinds, excludeKinds, excludeProjects, domainUnits, excludeDomainUnits } = config;
  const projectIds = projects === 'all' ? {} : Object.fromEntries(projects.map((id) => [id, id]));
  return protectDomain({
    config,
    connection,
    domain: await findOrMakeDomain(config, connection),
    projects: projects === 'all' ? projects : projectIds,
    selection: { kinds, excludeKinds, excludeProjects, domainUnits, excludeDomainUnits },
    projectIds,
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

function captureRoleOf(config: SmusConfig): ExistingCaptureRole | undefined {
  const { captureRoleArn: arn, captureRoleProfileId: profileId } = config;
  return arn === undefined ? undefined : { arn, profileId };
}
