import {
  type ManagedPolicyType,
  paginateListEnvironmentBlueprintConfigurations,
  paginateListEnvironmentProfiles,
  paginateListPolicyGrants,
  type TargetEntityType,
  ValidationException,
} from '@aws-sdk/client-datazone';
import type { Walks } from '../walk';
import { joined, type Walked, type Walker } from '../walker';
import { typesOf } from './vocabulary';

/** Every policy that may be granted on each kind of entity, whatever the version of the domain. */
const policies = {
  DOMAIN_UNIT: [
    'ADD_TO_PROJECT_MEMBER_POOL',
    'CREATE_ASSET_TYPE',
    'CREATE_DOMAIN_UNIT',
    'CREATE_FORM_TYPE',
    'CREATE_GLOSSARY',
    'CREATE_PROJECT',
    'CREATE_PROJECT_FROM_PROJECT_PROFILE',
    'OVERRIDE_DOMAIN_UNIT_OWNERS',
    'OVERRIDE_PROJECT_OWNERS',
  ],
  ENVIRONMENT_BLUEPRINT_CONFIGURATION: [
    'CREATE_ENVIRONMENT_FROM_BLUEPRINT',
    'CREATE_ENVIRONMENT_PROFILE',
    'DELEGATE_CREATE_ENVIRONMENT_PROFILE',
  ],
  ENVIRONMENT_PROFILE: ['CREATE_ENVIRONMENT'],
  ASSET_TYPE: ['USE_ASSET_TYPE'],
} as const satisfies Readonly<Record<TargetEntityType, readonly ManagedPolicyType[]>>;

/** Who may do what, and where. */
export const policyGrants: Walks = {
  policyGrant: async (walker) => {
    const entities = await entitiesOf(walker);
    const lists = entities.flatMap(([entityType, entityIdentifier]) =>
      policies[entityType].map((policyType) => ({ entityType, entityIdentifier, policyType })),
    );
    return walker.each(lists, (list) => grantsIn(walker, list));
  },
};

type Entity = readonly [type: keyof typeof policies, identifier: string];

async function entitiesOf(walker: Walker): Promise<Entity[]> {
  const { arn, domainVersion } = await walker.domain();
  const accountId = String(arn).split(':')[4];
  const configurations = await walker.items(
    paginateListEnvironmentBlueprintConfigurations(walker, walker.input),
  );
  const profiles =
    domainVersion === 'V2' ? [] : await walker.items(paginateListEnvironmentProfiles(walker, walker.input));
  const types = await typesOf(walker, 'ASSET_TYPE', 'assetTypeItem');
  return [
    ...(await walker.unitIds()).map((id): Entity => ['DOMAIN_UNIT', id]),
    ...configurations.map(
      ({ environmentBlueprintId: id }): Entity => [
        'ENVIRONMENT_BLUEPRINT_CONFIGURATION',
        `${accountId}:${id}`,
      ],
    ),
    ...profiles.map(({ id }): Entity => ['ENVIRONMENT_PROFILE', String(id)]),
    ...types.map(({ name }): Entity => ['ASSET_TYPE', String(name)]),
  ];
}

interface List {
  readonly entityType: TargetEntityType;
  readonly entityIdentifier: string;
  readonly policyType: ManagedPolicyType;
}

/** A policy that does not fit its entity is refused. */
async function grantsIn(walker: Walker, list: List): Promise<Walked[]> {
  try {
    const pages = paginateListPolicyGrants(walker, { ...walker.input, ...list });
    return (await walker.items(pages, 'grantList')).map((grant) => ({
      id: joined(list.entityType, list.entityIdentifier, list.policyType, grant.grantId),
      scopeId: walker.domainIdentifier,
      record: { ...grant, ...list },
    }));
  } catch (error) {
    if (error instanceof ValidationException) return [];
    throw error;
  }
}
