import type { Call } from '../call';
import { invalid } from '../faults';
import type { Answer, Given } from '../operations';
import { present } from '../present';

type Connection = Answer<'GetConnection'>;
type Props = NonNullable<Connection['props']>;
type PropsInput = NonNullable<Given<'CreateConnection'>['props']>;
type PropsPatch = NonNullable<Given<'UpdateConnection'>['props']>;
type Endpoint = Connection['physicalEndpoints'][number];
type GlueConnection = NonNullable<Endpoint['glueConnection']>;

/** The type of connection that properties make; serverless workflows and the lakehouse have none of their own. */
const types: Readonly<Record<string, Connection['type']>> = {
  athenaProperties: 'ATHENA',
  hyperPodProperties: 'HYPERPOD',
  iamProperties: 'IAM',
  redshiftProperties: 'REDSHIFT',
  sparkEmrProperties: 'SPARK',
  sparkGlueProperties: 'SPARK',
  s3Properties: 'S3',
  amazonQProperties: 'AMAZON_Q',
  mlflowProperties: 'MLFLOW',
  workflowsMwaaProperties: 'WORKFLOWS_MWAA',
  workflowsServerlessProperties: 'WORKFLOWS_MWAA',
  lakehouseProperties: 'IAM',
};

/**
 * Properties as an answer shows them: what the service adds stands beside what the caller gave, secrets included, as
 * AWS does not say that it hides them.
 */
export function shownProps(
  input: PropsInput,
  environmentId: string | undefined,
): Pick<Connection, 'type' | 'props'> {
  const [name = '', properties] = Object.entries(input)[0] ?? [];
  const added: Readonly<Record<string, object>> = {
    iamProperties: environmentId === undefined ? {} : { environmentId },
    redshiftProperties: { status: 'READY' },
    s3Properties: { status: 'READY' },
  };
  const glue = input.glueProperties?.glueConnectionInput;
  return {
    type: (glue?.connectionType as Connection['type'] | undefined) ?? types[name] ?? 'IAM',
    props: (input.glueProperties
      ? { glueProperties: { status: 'READY' } }
      : { [name]: { ...properties, ...added[name] } }) as Props,
  };
}

/** @throws Fault `ValidationException` where the patch is of another type than the connection. */
export function patchedProps(before: Props | undefined, patch: PropsPatch): Props {
  const [name = '', properties] = Object.entries(patch)[0] ?? [];
  const own: unknown = Reflect.get(before ?? {}, name);
  if (typeof own !== 'object') throw invalid(`The connection has no ${name}`);
  // What is behind a connection is shown at its endpoint.
  const { host: _, port: __, glueConnectionInput: ___, ...shown } = properties as Record<string, unknown>;
  return { [name]: { ...own, ...shown } } as Props;
}

/** The endpoint of a connection after a change of its properties. */
export function patchedEndpoint(call: Call, endpoint: Endpoint, patch: PropsPatch | undefined): Endpoint {
  const redshift = patch?.redshiftProperties;
  const glue = patch?.glueProperties?.glueConnectionInput;
  const { glueConnection } = endpoint;
  return {
    ...endpoint,
    ...present({ host: redshift?.host, port: redshift?.port }),
    ...(glue &&
      glueConnection && {
        glueConnection: {
          ...glueConnection,
          ...present({ description: glue.description, connectionProperties: glue.connectionProperties }),
          ...(glue.authenticationConfiguration && {
            authenticationConfiguration: {
              ...glueConnection.authenticationConfiguration,
              ...present({ secretArn: glue.authenticationConfiguration.secretArn }),
            },
          }),
          lastUpdatedTime: call.now,
        },
      }),
  };
}

/** The one endpoint that a connection gets, with the Glue connection that stands behind it. */
export function endpointsOf(
  call: Call,
  { awsLocation, enableTrustedIdentityPropagation, props }: Given<'CreateConnection'>,
): Connection['physicalEndpoints'] {
  const { accountId: awsAccountId, region: awsRegion } = call.world;
  const redshift = props?.redshiftProperties;
  const glueConnection = glueConnectionOf(call, props);
  return [
    {
      awsLocation: awsLocation ?? { awsAccountId, awsRegion },
      enableTrustedIdentityPropagation,
      ...(redshift && { host: redshift.host, port: redshift.port, protocol: 'JDBC' as const }),
      ...(glueConnection && { glueConnectionName: glueConnection.name, glueConnection }),
    },
  ];
}

/** Credentials that a caller gives are kept in Secrets Manager, but for those of OAuth. */
function glueConnectionOf(call: Call, props: PropsInput | undefined): GlueConnection | undefined {
  const input = props?.glueProperties?.glueConnectionInput;
  if (input === undefined) return undefined;
  const { authenticationConfiguration, matchCriteria, ...given } = input;
  return {
    ...given,
    matchCriteria: matchCriteria === undefined ? undefined : [matchCriteria],
    authenticationConfiguration: authenticationConfiguration && {
      authenticationType: authenticationConfiguration.authenticationType,
      secretArn: authenticationConfiguration.secretArn,
      oAuth2Properties: authenticationConfiguration.oAuth2Properties,
    },
    creationTime: call.now,
    lastUpdatedTime: call.now,
    status: 'READY',
  };
}
