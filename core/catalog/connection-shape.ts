import { list, omitted, settings, strings, structure, union, value, values } from './shape';

const secret = (what: string) => omitted(`secret: ${what}`);
const progress = omitted('progress of setting it up: it moves without a change of the connection');

const oAuth2 = structure({
  ...values('oAuth2GrantType', 'tokenUrl'),
  oAuth2ClientApplication: structure(
    values('userManagedClientApplicationClientId', 'aWSManagedClientApplicationReference'),
  ),
  tokenUrlParametersMap: settings,
  authorizationCodeProperties: structure({
    redirectUri: value,
    authorizationCode: secret('a code that is exchanged for a token'),
  }),
  oAuth2Credentials: secret('the tokens and the client secret of OAuth'),
});

const glueConnection = structure({
  ...values('name', 'description', 'connectionType', 'connectionSchemaVersion'),
  ...values('creationTime', 'lastUpdatedTime', 'lastUpdatedBy'),
  matchCriteria: list(value),
  connectionProperties: settings,
  sparkProperties: settings,
  athenaProperties: settings,
  pythonProperties: settings,
  physicalConnectionRequirements: structure({
    ...values('subnetId', 'availabilityZone'),
    subnetIdList: strings,
    securityGroupIdList: strings,
  }),
  status: progress,
  statusReason: progress,
  lastConnectionValidationTime: omitted('when Glue last tried the connection: it moves by itself'),
  authenticationConfiguration: structure({
    ...values('authenticationType', 'secretArn'),
    oAuth2Properties: oAuth2,
  }),
  compatibleComputeEnvironments: strings,
});

const redshift = structure({
  ...values('isProvisionedSecret', 'jdbcIamUrl', 'jdbcUrl', 'redshiftTempDir', 'databaseName'),
  storage: union(values('clusterName', 'workgroupName')),
  credentials: union({
    secretArn: value,
    usernamePassword: secret('the name and the password of a database user'),
  }),
  lineageSync: structure({ ...values('lineageJobId', 'enabled'), schedule: structure(values('schedule')) }),
  status: progress,
});

const sparkEmr = structure({
  ...values('computeArn', 'governanceType', 'instanceProfileArn', 'javaVirtualEnv', 'livyEndpoint'),
  ...values('logUri', 'pythonVirtualEnv', 'runtimeRole', 'trustedCertificatesS3Uri', 'managedEndpointArn'),
  credentials: secret('the name and the password of a user of the cluster'),
  credentialsExpiration: omitted('of credentials that are left out: it moves by itself'),
  certificateData: secret('certificate data, which AWS does not say to be without a private key'),
  managedEndpointCredentials: secret('credentials of the managed endpoint, which last for a while'),
});

/** The properties by type of connection; those of types that AWS adds later survive as unknown members. */
const props = union({
  athenaProperties: structure(values('workgroupName')),
  glueProperties: structure({ status: progress, errorMessage: progress }),
  hyperPodProperties: structure(values('clusterName', 'clusterArn', 'orchestrator')),
  iamProperties: structure(values('environmentId', 'glueLineageSyncEnabled')),
  redshiftProperties: redshift,
  sparkEmrProperties: sparkEmr,
  sparkGlueProperties: structure({
    ...values('glueConnectionName', 'glueVersion', 'idleTimeout', 'javaVirtualEnv', 'numberOfWorkers'),
    ...values('pythonVirtualEnv', 'workerType'),
    additionalArgs: structure(values('connection')),
    glueConnectionNames: list(value),
  }),
  s3Properties: structure({
    ...values('s3Uri', 's3AccessGrantLocationId', 'registerS3AccessGrantLocation'),
    status: progress,
    errorMessage: progress,
  }),
  amazonQProperties: structure(values('isEnabled', 'profileArn', 'authMode')),
  mlflowProperties: structure(values('trackingServerArn')),
  workflowsMwaaProperties: structure(values('mwaaEnvironmentName')),
  workflowsServerlessProperties: structure({}),
  lakehouseProperties: structure(values('glueLineageSyncEnabled')),
});

/** The canonical record of a connection, whether it is a project's or the domain's. */
export const connectionShape = structure({
  ...values('connectionId', 'domainId', 'domainUnitId', 'projectId', 'environmentId', 'name', 'description'),
  ...values('type', 'scope', 'environmentUserRole'),
  configurations: list(structure({ classification: value, properties: settings })),
  physicalEndpoints: list(
    structure({
      ...values(
        'glueConnectionName',
        'enableTrustedIdentityPropagation',
        'host',
        'port',
        'protocol',
        'stage',
      ),
      awsLocation: structure(values('accessRole', 'awsAccountId', 'awsRegion', 'iamConnectionId')),
      glueConnectionNames: list(value),
      glueConnection,
    }),
  ),
  props,
});
