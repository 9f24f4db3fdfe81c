import { getCallerIdentity } from '@pulumi/aws/getCallerIdentity';
import { getPartition } from '@pulumi/aws/getPartition';
import { getSessionContext } from '@pulumi/aws/iam';
import { Provider } from '@pulumi/aws/provider';
import { Provider as NativeProvider } from '@pulumi/aws-native/provider';
import type { Region } from '@pulumi/aws-native/types/enums';
import type { ProviderResource } from '@pulumi/pulumi';
import type { Place } from '../components/place';
import type { CommonConfig } from './config';

/** The program would run as another role than the one that owns what it deploys. */
export class CallerError extends Error {
  override readonly name = 'CallerError';

  constructor(caller: string, deployRoleArn: string) {
    super(
      `The program runs as ${caller}, not as deployRoleArn ${deployRoleArn}. Another owner could not change the domain again: use credentials that may assume this role, or correct deployRoleArn.`,
    );
  }
}

/** The only way from the program to AWS, and where it leads. */
export interface Connection {
  /** For the `providers` option of components. */
  readonly providers: readonly ProviderResource[];
  /** For look-ups. */
  readonly provider: ProviderResource;
  readonly place: Place;
}

/**
 * Makes both providers from the one configuration, under the deploy role.
 *
 * @throws CallerError if the resolved caller is another role.
 */
export async function connect(config: CommonConfig): Promise<Connection> {
  const { primaryRegion: region, deployRoleArn } = config;
  const accountId = deployRoleArn.split(':')[4] ?? '';
  const tags = { ...config.tags, application: config.application, stage: config.stage };
  const allowedAccountIds = [accountId];
  const sessionName = 'datazone-resilience';

  const provider = new Provider('aws', {
    region,
    allowedAccountIds,
    assumeRoles: [{ roleArn: deployRoleArn, sessionName }],
    defaultTags: { tags },
  });
  const native = new NativeProvider('aws-native', {
    // The enumeration of the SDK lags behind AWS's Regions.
    region: region as Region,
    allowedAccountIds,
    assumeRole: { roleArn: deployRoleArn, sessionName },
    defaultTags: { tags },
  });

  const caller = await getCallerIdentity({}, { provider });
  const session = await getSessionContext({ arn: caller.arn }, { provider });
  if (session.issuerArn !== deployRoleArn) throw new CallerError(session.issuerArn, deployRoleArn);
  const { partition } = await getPartition({}, { provider });
  return { providers: [provider, native], provider, place: { partition, accountId, region } };
}
