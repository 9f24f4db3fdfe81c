import type { Call } from '../call';
import type { Domain } from '../domain';
import { invalid, notFound } from '../faults';
import type { Answer, Handlers } from '../operations';

type Profile = Answer<'GetUserProfile'>;

/** Which profiles a search for a kind of users means. */
const searchedTypes: Readonly<Record<string, readonly string[]>> = {
  SSO_USER: ['SSO'],
  DATAZONE_SSO_USER: ['SSO'],
  DATAZONE_IAM_USER: ['IAM'],
  DATAZONE_USER: ['IAM', 'SSO'],
};

export const userProfiles: Handlers = {
  CreateUserProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { userIdentifier, userType } = input;
    if (domain.profileIds.has(userIdentifier)) {
      throw invalid(`Cannot create a user profile for existing principalId ${userIdentifier}`);
    }
    const isIam = (userType ?? (isArn(userIdentifier) ? 'IAM_ROLE' : 'SSO_USER')) !== 'SSO_USER';
    if (isIam !== isArn(userIdentifier)) {
      throw invalid(`${userIdentifier} is no identifier of a user of type ${userType}`);
    }
    return addProfile(call, domain, userIdentifier, isIam, input.sessionName);
  },

  GetUserProfile(call, input) {
    const profile = find(call, call.domain(input.domainIdentifier), input.userIdentifier);
    if (input.type !== undefined && input.type !== profile.type) {
      throw notFound('User profile', input.userIdentifier);
    }
    return profile;
  },

  UpdateUserProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const profile = find(call, domain, input.userIdentifier);
    const updated = { ...profile, status: input.status };
    domain.profiles.put(profile.id ?? '', updated);
    return updated;
  },

  SearchUserProfiles(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const types = searchedTypes[input.userType] ?? [];
    const text = input.searchText?.toLowerCase() ?? '';
    const matches = (profile: Profile): boolean =>
      types.includes(profile.type ?? '') && identifierOf(profile).toLowerCase().includes(text);
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
  const principalId = `AROA${call.world.ids.text(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  const profile: Profile = {
    domainId: domain.id,
    id,
    type: isIam ? 'IAM' : 'SSO',
    status: isIam ? 'ACTIVATED' : 'ASSIGNED',
    details: isIam
      ? { iam: { arn: identifier, principalId, sessionName } }
      : { sso: { username: identifier } },
  };
  domain.profiles.put(id, profile);
  domain.profileIds.set(identifier, id);
  return profile;
}

function identifierOf({ details }: Profile): string {
  return details?.iam?.arn ?? details?.sso?.username ?? '';
}

function isArn(identifier: string): boolean {
  return identifier.startsWith('arn:');
}
