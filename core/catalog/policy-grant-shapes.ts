import { isObject } from './json';
import type { JsonObject, Reference } from './kind';
import { referenceAt, referencesIn } from './references';
import { strings, structure, union, value, values } from './shape';

/** What a policy says where it says no more than how far down the tree it holds. */
const downwards = structure(values('includeChildDomainUnits'));

/** To whom a policy is granted. */
export const grantPrincipal = union({
  user: union(values('userIdentifier', 'allUsersGrantFilter')),
  group: union(values('groupIdentifier')),
  project: structure({
    ...values('projectDesignation', 'projectIdentifier'),
    projectGrantFilter: union({
      domainUnitFilter: structure(values('domainUnit', 'includeChildDomainUnits')),
    }),
  }),
  domainUnit: structure({
    ...values('domainUnitDesignation', 'domainUnitIdentifier'),
    domainUnitGrantFilter: union(values('allDomainUnitsGrantFilter')),
  }),
});

/** What a policy lets them do. */
export const grantDetail = union({
  createDomainUnit: downwards,
  overrideDomainUnitOwners: downwards,
  addToProjectMemberPool: downwards,
  overrideProjectOwners: downwards,
  createGlossary: downwards,
  createFormType: downwards,
  createAssetType: downwards,
  createProject: downwards,
  createEnvironmentProfile: structure(values('domainUnitId')),
  delegateCreateEnvironmentProfile: value,
  createEnvironment: value,
  createEnvironmentFromBlueprint: value,
  createProjectFromProjectProfile: structure({
    ...values('includeChildDomainUnits'),
    projectProfiles: strings,
  }),
  useAssetType: structure(values('domainUnitId')),
});

/** The references in a grant's principal and in its detail. */
export function grantReferences(grant: JsonObject): readonly Reference[] {
  const { user, group, project, domainUnit } = objectIn(grant, 'principal');
  return [
    ...(isObject(user) ? userReference(user) : []),
    ...(isObject(group)
      ? referenceAt('groupProfile', group, 'groupIdentifier', 'principal.group.groupIdentifier')
      : []),
    ...(isObject(project) ? projectReferences(project) : []),
    ...(isObject(domainUnit)
      ? referenceAt(
          'domainUnit',
          domainUnit,
          'domainUnitIdentifier',
          'principal.domainUnit.domainUnitIdentifier',
        )
      : []),
    ...detailReferences(objectIn(grant, 'detail')),
  ];
}

/** A user may be named by the ARN of an IAM principal, which is no id. */
function userReference(user: JsonObject): readonly Reference[] {
  const named = referenceAt('userProfile', user, 'userIdentifier', 'principal.user.userIdentifier');
  return named.filter(({ id }) => !id.startsWith('arn:'));
}

function projectReferences(project: JsonObject): readonly Reference[] {
  const filter = objectIn(objectIn(project, 'projectGrantFilter'), 'domainUnitFilter');
  return [
    ...referenceAt('project', project, 'projectIdentifier', 'principal.project.projectIdentifier'),
    ...referenceAt(
      'domainUnit',
      filter,
      'domainUnit',
      'principal.project.projectGrantFilter.domainUnitFilter.domainUnit',
    ),
  ];
}

function detailReferences(detail: JsonObject): readonly Reference[] {
  return Object.keys(detail).flatMap((policy) => {
    const at = `detail.${policy}`;
    const said = objectIn(detail, policy);
    return [
      ...referenceAt('domainUnit', said, 'domainUnitId', `${at}.domainUnitId`),
      ...referencesIn('projectProfile', said, 'projectProfiles', `${at}.projectProfiles`),
    ];
  });
}

function objectIn(object: JsonObject, member: string): JsonObject {
  const found = object[member];
  return isObject(found) ? found : {};
}
