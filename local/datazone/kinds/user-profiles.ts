import type { Call } from '../call';
import type { Domain } from '../domain';
import { invalid, notFound } from '../faults';
import type { Answer, Handlers } from '../operations';

type Profile = Answer<'GetUserProfile'>;

/**
 * Which profiles a search for a kind of users means. SSO_USER means the whole Identity Center, those that are not
 * assigned to the domain included.
 */
const isSearched: Readonly<Record<string, (profile: Profile) => boolean>> = {
  SSO_USER: ({ type }) => type === 'SSO',
  DATAZONE_SSO_USER: ({ type, status }) => type === 'SSO' && status !== 'NOT_ASSIGNED',
  DATAZONE_IAM_USER: ({ type }) => type === 'IAM',
  DATAZONE_USER: ({ status }) => status !== 'NOT_ASSIGNED',
};

export const userProfiles: Handlers = {
  CreateUserProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { userIdentifier, userType, sessionName } = input;
    if ((sessionName !== undefined) !== (userType === 'IAM_ROLE_SESSION')) {
      throw invalid('A session name belongs to a user of type IAM_ROLE_SESSION');
    }
    if (domain.profileIds.has(principalKey(userIdentifier, sessionName))) {
      throw invalid(`Cannot create a user profile for existing principalId ${userIdentifier}`);
    }
    const isIam = (userType ?? (isArn(userIdentifier) ? 'IAM_ROLE' : 'SSO_USER')) !== 'SSO_USER';
    if (isIam !== isArn(userIdentifier)) {
      throw invalid(`${userIdentifier} is no identifier of a user of type ${userType}`);
    }
    return addProfile(call, domain, userIdentifier, isIam, sessionName);
  },

  GetUserProfile(call, input) {
    const profile = find(
      call,
      call.domain(input.domainIdentifier),
      principalKey(input.userIdentifier, input.sessionName),
    );
    if (input.type !== undefined && input.type !== profile.type) {
      throw notFound('User profile', input.userIdentifier);
    }
    return profile;
  },

  UpdateUserProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const profile = find(call, domain, principalKey(input.userIdentifier, input.sessionName));
    const updated = { ...profile, status: input.status };
    domain.profiles.put(profile.id ?? '', updated);
    return updated;
  },

  SearchUserProfiles(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const text = input.searchText?.toLowerCase() ?? '';
    const matches = (profile: Profile): boolean =>
      isSearched[input.userType]?.(profile) === true && identifierOf(profile).toLowerCase().includes(text);
    const page = call.page(input, { table: domain.profiles, matches });
    return { items: [...page.rows], nextToken: page.nextToken };
  },
};

/** Id of the profile of a principal; one is made where there is none. */
export function profileOf(call: Call, domain: Domain, principalArn: string): string {
  return domain.profileIds.get(principalArn) ?? addProfile(call, domain, principalArn, true).id ?? '';
}

/** Resolves a profile id, a role ARN or a user name. @throws Fault `ResourceNotFoundException` */
export function find(call: Call, domain: Domain, identifier: string): Profile {
  return call.find(domain.profiles, 'User profile', domain.profileIds.get(identifier) ?? identifier);
}

function addProfile(
  call: Call,
  domain: Domain,
  identifier: string,
  isIam: boolean,
  sessionName?: string,
): Profile {
  const id = call.newUuid();
  const principalId = call.newPrincipalId();
  const groupProfileId = isIam ? domain.groupIds.get(identifier) : undefined;
  const profile: Profile = {
    domainId: domain.id,
    id,
    type: isIam ? 'IAM' : 'SSO',
    status: isIam ? 'ACTIVATED' : 'ASSIGNED',
    details: isIam
      ? { iam: { arn: identifier, principalId, sessionName, groupProfileId } }
      : { sso: { username: identifier } },
  };
  domain.profiles.put(id, profile);
  domain.profileIds.set(principalKey(identifier, sessionName), id);
  return profile;
}

/** A profile may be one session's alone; all other sessions of the role share the role's own. */
function principalKey(identifier: string, sessionName: string | undefined): string {
  return sessionName === undefined ? identifier : `${identifier}#${sessionName}`;
}

function identifierOf({ details }: Profile): string {
  return details?.iam?.arn ?? details?.sso?.username ?? '';
}

function isArn(identifier: string): boolean {
  return identifier.startsWith('arn:');
}
