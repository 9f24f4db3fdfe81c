import { z } from 'zod';
import type { DataZoneService, Given, OperationName } from '../datazone/service';
import type { Caller } from '../wire';

/** What DataZone answered, in the terms of the Pulumi provider. */
export interface Made {
  readonly id: string;
  readonly state: Record<string, unknown>;
}

type Make = (inputs: Readonly<Record<string, unknown>>, datazone: Api) => Made;

/** The DataZone of the local cloud, called as the role that deploys. */
export interface Api {
  call<N extends OperationName>(name: N, input: Given<N>): ReturnType<DataZoneService['call']>;
}

const text = z.string();
const optional = z.string().optional();

const domainInputs = z.object({
  name: text,
  description: optional,
  domainExecutionRole: text,
  serviceRole: optional,
  domainVersion: z.enum(['V1', 'V2']).optional(),
  kmsKeyIdentifier: optional,
});
const projectInputs = z.object({ domainIdentifier: text, name: text, description: optional });
const profileInputs = z.object({
  domainIdentifier: text,
  userIdentifier: text,
  userType: z.enum(['IAM_USER', 'IAM_ROLE', 'SSO_USER']).optional(),
});
const membershipInputs = z.object({
  domainIdentifier: text,
  projectIdentifier: text,
  designation: z.enum([
    'PROJECT_OWNER',
    'PROJECT_CONTRIBUTOR',
    'PROJECT_CATALOG_VIEWER',
    'PROJECT_CATALOG_CONSUMER',
    'PROJECT_CATALOG_STEWARD',
  ]),
  member: z.union([z.object({ userIdentifier: text }), z.object({ groupIdentifier: text })]),
});
const blueprintInputs = z.object({
  domainId: text,
  environmentBlueprintId: text,
  enabledRegions: z.array(text),
  provisioningRoleArn: optional,
  manageAccessRoleArn: optional,
  regionalParameters: z.record(text, z.record(text, text)).optional(),
});
const environmentProfileInputs = z.object({
  domainIdentifier: text,
  projectIdentifier: text,
  environmentBlueprintIdentifier: text,
  name: text,
  description: optional,
  awsAccountId: optional,
  awsAccountRegion: optional,
});
const environmentInputs = z.object({
  domainIdentifier: text,
  projectIdentifier: text,
  profileIdentifier: text,
  name: text,
  description: optional,
  accountIdentifier: optional,
  accountRegion: optional,
});
const includesChildren = z.object({ includeChildDomainUnits: z.boolean().optional() });
const grantInputs = z.object({
  domainIdentifier: text,
  entityType: z.enum(['DOMAIN_UNIT']),
  entityIdentifier: text,
  policyType: z.enum(['ADD_TO_PROJECT_MEMBER_POOL', 'OVERRIDE_PROJECT_OWNERS']),
  detail: z.union([
    z.strictObject({ addToProjectMemberPool: includesChildren }),
    z.strictObject({ overrideProjectOwners: includesChildren }),
  ]),
  principal: z.object({ user: z.object({ userIdentifier: text }) }),
});

const identified = z.object({ id: text });

/** How each DataZone resource of the program is created, by its type: as the real provider does it, in the same calls. */
export const dataZoneResources: Readonly<Record<string, Make>> = {
  'aws:datazone/domain:Domain': (inputs, datazone) => {
    const domain = z
      .object({ id: text, arn: optional, portalUrl: optional, rootDomainUnitId: optional })
      .parse(datazone.call('CreateDomain', present(domainInputs.parse(inputs))));
    return { id: domain.id, state: present(domain) };
  },
  'aws:datazone/project:Project': (inputs, datazone) =>
    made(datazone.call('CreateProject', present(projectInputs.parse(inputs)))),
  'aws:datazone/userProfile:UserProfile': (inputs, datazone) =>
    made(datazone.call('CreateUserProfile', present(profileInputs.parse(inputs)))),
  'aws-native:datazone:ProjectMembership': (inputs, datazone) => {
    const membership = membershipInputs.parse(inputs);
    datazone.call('CreateProjectMembership', membership);
    const memberIdentifier = Object.values(membership.member)[0];
    const id = [membership.domainIdentifier, membership.projectIdentifier, memberIdentifier].join('|');
    return { id, state: { memberIdentifier } };
  },
  'aws:datazone/environmentBlueprintConfiguration:EnvironmentBlueprintConfiguration': (inputs, datazone) => {
    const { domainId, environmentBlueprintId, ...configuration } = blueprintInputs.parse(inputs);
    datazone.call('PutEnvironmentBlueprintConfiguration', {
      domainIdentifier: domainId,
      environmentBlueprintIdentifier: environmentBlueprintId,
      ...present(configuration),
    });
    return { id: `${domainId}/${environmentBlueprintId}`, state: {} };
  },
  'aws:datazone/environmentProfile:EnvironmentProfile': (inputs, datazone) =>
    made(datazone.call('CreateEnvironmentProfile', present(environmentProfileInputs.parse(inputs)))),
  'aws:datazone/environment:Environment': (inputs, datazone) => {
    const { profileIdentifier, accountIdentifier, accountRegion, ...environment } =
      environmentInputs.parse(inputs);
    return made(
      datazone.call(
        'CreateEnvironment',
        present({
          ...environment,
          environmentProfileIdentifier: profileIdentifier,
          environmentAccountIdentifier: accountIdentifier,
          environmentAccountRegion: accountRegion,
        }),
      ),
    );
  },
  'aws:datazone/policyGrant:PolicyGrant': (inputs, datazone) => {
    const grant = grantInputs.parse(inputs);
    const { grantId } = z.object({ grantId: text }).parse(datazone.call('AddPolicyGrant', grant));
    const id = [grant.domainIdentifier, grant.entityType, grant.entityIdentifier, grant.policyType, grantId];
    return { id: id.join(','), state: { grantId } };
  },
};

/** How each lookup of the program is answered, by its token. */
export const dataZoneLookups: Readonly<
  Record<string, (args: Readonly<Record<string, unknown>>, datazone: Api) => Record<string, unknown>>
> = {
  'aws:datazone/getDomain:getDomain': (args, datazone) => {
    const { id } = identified.parse(args);
    return { ...datazone.call('GetDomain', { identifier: id }) };
  },
  'aws:datazone/getEnvironmentBlueprint:getEnvironmentBlueprint': (args, datazone) => {
    const { domainId, name, managed } = z
      .object({ domainId: text, name: text, managed: z.boolean() })
      .parse(args);
    const { items } = z
      .object({ items: z.array(z.looseObject({ id: text })) })
      .parse(datazone.call('ListEnvironmentBlueprints', { domainIdentifier: domainId, name, managed }));
    const [blueprint] = items;
    if (blueprint === undefined) throw new Error(`Domain ${domainId} has no blueprint ${name}`);
    return { ...args, ...blueprint, blueprintProvider: blueprint.provider };
  },
};

/** DataZone as one caller sees it. */
export function apiOf(service: DataZoneService, caller: Caller): Api {
  return { call: (name, input) => service.call(name, input, caller) };
}

function made(answer: object): Made {
  return { id: identified.parse(answer).id, state: {} };
}

/** Without the members that are undefined: an operation's input has a member or has it not. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
