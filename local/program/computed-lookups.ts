import type { ComputedContext } from './computed-provider';

type Args = Readonly<Record<string, unknown>>;
type Rule = (args: Args, context: ComputedContext) => Record<string, unknown>;

const roleName = (arn: string): string => arn.split('/').at(-1) ?? arn;

function getCallerIdentity(_: Args, { accountId, roleArn, names }: ComputedContext): Record<string, unknown> {
  const arn =
    roleArn === undefined
      ? `arn:aws:iam::${accountId}:root`
      : `arn:aws:sts::${accountId}:assumed-role/${roleName(roleArn)}/pulumi`;
  const userId = roleArn === undefined ? accountId : `AROA${names.hex(17).toUpperCase()}:pulumi`;
  return { accountId, arn, id: accountId, userId };
}

/** The role behind a session, with the path that the session's ARN does not show. */
function getSessionContext(args: Args, { roleArn, names }: ComputedContext): Record<string, unknown> {
  const issuer = roleArn ?? String(args.arn);
  return {
    arn: args.arn,
    id: args.arn,
    issuerArn: issuer,
    issuerId: `AROA${names.hex(17).toUpperCase()}`,
    issuerName: roleName(issuer),
    sessionName: 'pulumi',
  };
}

function getDomain(
  args: Args,
  { accountId, region, names, domainVersion }: ComputedContext,
): Record<string, unknown> {
  const id = String(args.id);
  const version = domainVersion(id);
  if (version === undefined) throw new Error(`empty result: no domain ${id} in ${region}`);
  return {
    id,
    arn: names.arn('datazone', `domain/${id}`),
    name: args.name ?? id,
    description: '',
    domainVersion: version,
    managedAccountId: accountId,
    portalUrl: portalUrl(id, region, version),
    region,
    rootDomainUnitId: names.token(),
    status: 'AVAILABLE',
    createdAt: '2026-01-01T00:00:00Z',
    lastUpdatedAt: '2026-01-01T00:00:00Z',
  };
}

/** Where people open a domain: DataZone's portal, or SageMaker Unified Studio. */
export function portalUrl(domainId: string, region: string, version: unknown): string {
  return version === 'V2'
    ? `https://${domainId}.sagemaker.${region}.on.aws`
    : `https://${domainId}.datazone.${region}.on.aws`;
}

/** Rule of every data source that the program may ask, by token. */
export const computedLookups: Readonly<Record<string, Rule>> = {
  'aws:index/getCallerIdentity:getCallerIdentity': getCallerIdentity,
  'aws:index/getPartition:getPartition': () => ({
    id: 'aws',
    partition: 'aws',
    dnsSuffix: 'amazonaws.com',
    reverseDnsPrefix: 'com.amazonaws',
  }),
  'aws:index/getRegion:getRegion': (_, { region }) => ({
    id: region,
    name: region,
    region,
    description: region,
  }),
  'aws:iam/getSessionContext:getSessionContext': getSessionContext,
  'aws:datazone/getDomain:getDomain': getDomain,
  'aws:datazone/getEnvironmentBlueprint:getEnvironmentBlueprint': (args, { names }) => ({
    ...args,
    id: names.token(),
    blueprintProvider: 'Amazon DataZone',
    description: '',
  }),
  // Nothing was deployed before: a first `up`.
  'aws:ssm/getParametersByPath:getParametersByPath': (args) => ({
    ...args,
    id: args.path,
    arns: [],
    names: [],
    types: [],
    values: [],
  }),
};
