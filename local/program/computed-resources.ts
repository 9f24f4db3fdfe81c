import { portalUrl } from './computed-lookups';
import type { ComputedContext } from './computed-provider';
import type { Registration } from './graph';

type Created = { id: string; state: Record<string, unknown> };
type Rule = (registration: Registration, context: ComputedContext) => Created;

const epoch = '2026-01-01T00:00:00Z';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A resource whose id is its name and whose ARN ends in it. */
const named =
  (service: string, resource: (name: string) => string, nameInput = 'name'): Rule =>
  (_, { names }) => {
    const name = names.name(nameInput);
    return { id: name, state: { [nameInput]: name, arn: names.arn(service, resource(name)) } };
  };

/** A resource whose id is its ARN. */
const byArn =
  (service: string, resource: (name: string) => string): Rule =>
  (_, { names }) => {
    const name = names.name();
    const arn = names.arn(service, resource(name));
    return { id: arn, state: { name, arn } };
  };

/** A resource that only changes another one, and takes that one's id. */
const partOf =
  (input: string): Rule =>
  ({ inputs }) => ({ id: text(inputs[input]), state: {} });

const key: Rule = ({ inputs }, { names }) => {
  const id = inputs.multiRegion === true ? `mrk-${names.hex(32)}` : names.uuid();
  return { id, state: { keyId: id, arn: names.arn('kms', `key/${id}`) } };
};

/** A replica key has the id of its primary, in a Region of its own. */
const replicaKey: Rule = ({ inputs }, { names }) => {
  const id = text(inputs.primaryKeyArn).split('/').at(-1) ?? '';
  return { id, state: { keyId: id, arn: names.arn('kms', `key/${id}`) } };
};

/** An alias is auto-named with the prefix that KMS demands. */
const alias: Rule = (_, { names }) => {
  const name = `alias/${names.name().replace(/^alias\//, '')}`;
  return { id: name, state: { name, arn: names.arn('kms', name) } };
};

const table: Rule = ({ inputs }, { names, region }) => {
  const name = names.name();
  const replicas = Array.isArray(inputs.replicas) ? inputs.replicas : [];
  const identified = (place: string) => {
    const arn = names.arn('dynamodb', `table/${name}`, place);
    return {
      arn,
      streamArn: `${arn}/stream/2026-01-01T00:00:00.000`,
      streamLabel: '2026-01-01T00:00:00.000',
    };
  };
  return {
    id: name,
    state: {
      name,
      ...identified(region),
      replicas: replicas.map((replica) => ({ ...replica, ...identified(text(replica.regionName)) })),
    },
  };
};

const role: Rule = ({ inputs }, { names, accountId }) => {
  const name = names.name();
  const arn = `arn:aws:iam::${accountId}:role${text(inputs.path) || '/'}${name}`;
  return {
    id: name,
    state: { name, arn, uniqueId: `AROA${names.hex(17).toUpperCase()}`, createDate: epoch },
  };
};

const policy: Rule = ({ inputs }, { names, accountId }) => {
  const name = names.name();
  const arn = `arn:aws:iam::${accountId}:policy${text(inputs.path) || '/'}${name}`;
  return { id: arn, state: { name, arn, policyId: `ANPA${names.hex(17).toUpperCase()}` } };
};

const rolePolicy: Rule = ({ inputs }, { names }) => {
  const name = names.name();
  return { id: `${text(inputs.role)}:${name}`, state: { name } };
};

const lambda: Rule = (_, { names, region }) => {
  const name = names.name();
  const arn = names.arn('lambda', `function:${name}`);
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return {
    id: name,
    state: { name, arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: '$LATEST', lastModified: epoch },
  };
};

const schedule: Rule = ({ inputs }, { names }) => {
  const [name, group] = [names.name(), text(inputs.groupName) || 'default'];
  return {
    id: `${group}/${name}`,
    state: { name, arn: names.arn('scheduler', `schedule/${group}/${name}`) },
  };
};

const queue: Rule = (_, { names, region, accountId }) => {
  const name = names.name();
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  return { id: url, state: { name, url, arn: names.arn('sqs', name) } };
};

/** A rule's target has no name: what it is told by is made of the rule and of a generated id. */
const eventTarget: Rule = ({ inputs }, { names }) => {
  const targetId = names.token();
  return { id: `${text(inputs.rule)}-${targetId}`, state: { targetId } };
};

const eventSourceMapping: Rule = ({ inputs }, { names }) => {
  const uuid = names.uuid();
  const arn = names.arn('lambda', `event-source-mapping:${uuid}`);
  return { id: uuid, state: { uuid, arn, functionArn: text(inputs.functionName), state: 'Enabled' } };
};

const parameter: Rule = (_, { names }) => {
  const name = names.name();
  return {
    id: name,
    state: { name, version: 1, arn: names.arn('ssm', `parameter/${name.replace(/^\//, '')}`) },
  };
};

const bucket: Rule = (_, { names, region }) => {
  const name = names.name('bucket');
  const bucketRegionalDomainName = `${name}.s3.${region}.amazonaws.com`;
  return { id: name, state: { bucket: name, arn: `arn:aws:s3:::${name}`, bucketRegionalDomainName } };
};

const domain: Rule = ({ inputs }, { names, region }) => {
  const version = inputs.domainVersion ?? 'V1';
  const id = `${version === 'V2' ? 'dzd-' : 'dzd_'}${names.token()}`;
  return {
    id,
    state: {
      name: names.name(),
      arn: names.arn('datazone', `domain/${id}`),
      domainVersion: version,
      portalUrl: portalUrl(id, region, version),
      rootDomainUnitId: names.token(13),
    },
  };
};

/** Resources inside a domain, by @pulumi/aws: the id is the service's. */
const inDomain =
  (extra: Record<string, unknown> = {}): Rule =>
  (_, { names }) => ({ id: names.token(), state: { createdAt: epoch, createdBy: 'deployer', ...extra } });

/** Resources inside a domain, by @pulumi/aws-native: a composite id, and the service's in `awsId`. */
const nativeInDomain: Rule = ({ inputs }, { names }) => {
  const [domainId, awsId] = [text(inputs.domainIdentifier), names.token()];
  return { id: `${domainId}|${awsId}`, state: { awsId, domainId, createdAt: epoch, createdBy: 'deployer' } };
};

const nativeMembership: Rule = ({ inputs }, { names }) => {
  const memberIdentifier = names.uuid();
  const id = [inputs.domainIdentifier, inputs.projectIdentifier, memberIdentifier, 'USER'].join('|');
  return { id, state: { memberIdentifier, memberIdentifierType: 'USER' } };
};

const nativeUserProfile: Rule = ({ inputs }, { names }) => {
  const [domainId, awsId] = [text(inputs.domainIdentifier), names.uuid()];
  return { id: `${domainId}|${awsId}`, state: { awsId, domainId, type: 'IAM' } };
};

/** Grants and owners hang on an entity of the domain and have no id of their own in a composite one. */
const nativeOnEntity: Rule = ({ inputs }, { names }) => {
  const grantId = names.token();
  const id = [inputs.domainIdentifier, inputs.entityIdentifier, inputs.entityType, grantId].join('|');
  return { id, state: { grantId, createdAt: epoch, createdBy: 'deployer' } };
};

const userProfile: Rule = (_, { names }) => ({ id: names.uuid(), state: { type: 'IAM' } });

const provider: Rule = (_, { names }) => ({ id: names.uuid(), state: {} });

/** Rule of every resource type that the program may register, by type token. */
export const computedResources: Readonly<Record<string, Rule>> = {
  'pulumi:providers:aws': provider,
  'pulumi:providers:aws-native': provider,
  'aws:cloudwatch/eventRule:EventRule': named('events', (name) => `rule/${name}`),
  'aws:cloudwatch/eventTarget:EventTarget': eventTarget,
  'aws:cloudwatch/logGroup:LogGroup': named('logs', (name) => `log-group:${name}`),
  'aws:cloudwatch/metricAlarm:MetricAlarm': named('cloudwatch', (name) => `alarm:${name}`),
  'aws:datazone/domain:Domain': domain,
  'aws:datazone/environment:Environment': inDomain(),
  'aws:datazone/environmentBlueprintConfiguration:EnvironmentBlueprintConfiguration': ({ inputs }) => ({
    id: `${text(inputs.domainId)}/${text(inputs.environmentBlueprintId)}`,
    state: {},
  }),
  'aws:datazone/environmentProfile:EnvironmentProfile': inDomain({ updatedAt: epoch }),
  'aws:datazone/policyGrant:PolicyGrant': ({ inputs }, { names }) => {
    const grantId = names.token(10);
    const id = [
      inputs.domainIdentifier,
      inputs.entityType,
      inputs.entityIdentifier,
      inputs.policyType,
      grantId,
    ];
    return { id: id.join(','), state: { grantId, createdAt: epoch, createdBy: 'deployer' } };
  },
  'aws:datazone/project:Project': inDomain({ projectStatus: 'ACTIVE', lastUpdatedAt: epoch }),
  'aws:datazone/userProfile:UserProfile': userProfile,
  'aws:dynamodb/contributorInsights:ContributorInsights': ({ inputs }, { accountId, region }) => ({
    id: `name:${text(inputs.tableName)}/index:/${accountId}/${region}`,
    state: {},
  }),
  'aws:dynamodb/table:Table': table,
  'aws:iam/policy:Policy': policy,
  'aws:iam/role:Role': role,
  'aws:iam/rolePolicy:RolePolicy': rolePolicy,
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': ({ inputs }) => ({
    id: `${text(inputs.role)}/${text(inputs.policyArn)}`,
    state: {},
  }),
  'aws:kms/alias:Alias': alias,
  'aws:kms/key:Key': key,
  'aws:kms/replicaKey:ReplicaKey': replicaKey,
  'aws:lambda/eventSourceMapping:EventSourceMapping': eventSourceMapping,
  'aws:lambda/function:Function': lambda,
  'aws:s3/bucket:Bucket': bucket,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': partOf('bucket'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': partOf('bucket'),
  'aws:s3/bucketPolicy:BucketPolicy': partOf('bucket'),
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': partOf('bucket'),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': partOf('bucket'),
  'aws:s3/bucketVersioning:BucketVersioning': partOf('bucket'),
  'aws:scheduler/schedule:Schedule': schedule,
  'aws:scheduler/scheduleGroup:ScheduleGroup': named('scheduler', (name) => `schedule-group/${name}`),
  'aws:sfn/stateMachine:StateMachine': byArn('states', (name) => `stateMachine:${name}`),
  'aws:sqs/queue:Queue': queue,
  'aws:sqs/queuePolicy:QueuePolicy': partOf('queueUrl'),
  'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy': partOf('queueUrl'),
  'aws:ssm/parameter:Parameter': parameter,
  'aws-native:datazone:DomainUnit': nativeInDomain,
  'aws-native:datazone:Environment': nativeInDomain,
  'aws-native:datazone:EnvironmentProfile': nativeInDomain,
  'aws-native:datazone:Owner': nativeOnEntity,
  'aws-native:datazone:PolicyGrant': nativeOnEntity,
  'aws-native:datazone:Project': nativeInDomain,
  'aws-native:datazone:ProjectMembership': nativeMembership,
  'aws-native:datazone:UserProfile': nativeUserProfile,
};
