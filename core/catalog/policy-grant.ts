import { askedBy, held } from './change-signs';
import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { domainFacts } from './domain-facts';
import { foundInList } from './found-in-list';
import { isList, isObject, objects, requiredText, text } from './json';
import type { DomainVersion, JsonObject, Kind, Page, Parent, Reading, Reference } from './kind';
import { inTurn, rawPage, readingOf } from './pages';
import { grantDetail, grantPrincipal, grantReferences } from './policy-grant-shapes';
import { isManagedType } from './references';
import { type Changing, idIn, keyOf, type Making, pick, type RestoreTarget } from './restoration';
import { divide, structure, values } from './shape';
import { type DomainSource, InvalidRequestError } from './source';
import { time } from './times';

const known = structure({
  ...values('entityType', 'entityIdentifier', 'policyType', 'grantId', 'createdAt', 'createdBy'),
  principal: grantPrincipal,
  detail: grantDetail,
});

const channel = { operation: 'ListPolicyGrants' };

/** Largest page of ListPolicyGrants. */
const pageSize = 25;

type Policies = readonly [string, ...string[]];

interface Entities {
  readonly kind: string;
  readonly type: string;
  /** The policies that fit them, by the version of the domain; none: there are no such entities. */
  readonly policies: Readonly<Partial<Record<DomainVersion, Policies>>>;
}

const ofUnits: Policies = [
  'CREATE_DOMAIN_UNIT',
  'OVERRIDE_DOMAIN_UNIT_OWNERS',
  'ADD_TO_PROJECT_MEMBER_POOL',
  'OVERRIDE_PROJECT_OWNERS',
  'CREATE_GLOSSARY',
  'CREATE_FORM_TYPE',
  'CREATE_ASSET_TYPE',
  'CREATE_PROJECT',
];

const configurations = 'ENVIRONMENT_BLUEPRINT_CONFIGURATION';

/** What policies are granted on. */
const entities: readonly Entities[] = [
  {
    kind: 'domainUnit',
    type: 'DOMAIN_UNIT',
    policies: { V1: ofUnits, V2: [...ofUnits, 'CREATE_PROJECT_FROM_PROJECT_PROFILE'] },
  },
  {
    kind: 'environmentBlueprintConfiguration',
    type: configurations,
    policies: {
      V1: ['CREATE_ENVIRONMENT_PROFILE', 'DELEGATE_CREATE_ENVIRONMENT_PROFILE'],
      V2: ['CREATE_ENVIRONMENT_FROM_BLUEPRINT'],
    },
  },
  { kind: 'environmentProfile', type: 'ENVIRONMENT_PROFILE', policies: { V1: ['CREATE_ENVIRONMENT'] } },
  {
    kind: 'assetType',
    type: 'ASSET_TYPE',
    policies: { V1: ['USE_ASSET_TYPE'], V2: ['USE_ASSET_TYPE'] },
  },
];

/** One list: the grants of a policy on an entity. */
interface Place {
  readonly entityType: string;
  readonly entityIdentifier: string;
  readonly policyType: string;
}

/** A policy after the other. AWS's own asset types are free for all: no call is made for them. */
async function enumerate(
  source: DomainSource,
  _scopeId: string,
  cursor?: string,
  parent?: Parent,
): Promise<Page> {
  const entity = entities.find(({ kind }) => kind === parent?.kind);
  if (parent === undefined || entity === undefined) return { readings: [] };
  if (entity.type === 'ASSET_TYPE' && isManagedType(parent.id)) return { readings: [] };
  const { version, accountId } = await domainFacts(source);
  const policies = entity.policies[version];
  if (policies === undefined) return { readings: [] };
  const entityIdentifier = entity.type === configurations ? `${accountId}:${parent.id}` : parent.id;
  const page = (policyType: string, nextToken?: string): Promise<Page> =>
    grantsOf(source, { entityType: entity.type, entityIdentifier, policyType }, nextToken).catch(noneIfUnfit);
  return inTurn(policies, page, cursor);
}

/** A policy that does not fit an entity after all, or an entity that is gone: nothing is granted there. */
function noneIfUnfit(error: unknown): Page {
  if (error instanceof InvalidRequestError) return { readings: [] };
  throw error;
}

async function grantsOf(source: DomainSource, place: Place, cursor?: string): Promise<Page> {
  const input = { ...place, maxResults: pageSize };
  const { answer, nextToken } = await rawPage(source, channel.operation, input, cursor);
  return {
    readings: objects(answer, 'grantList').map((grant) => identify(grant, place, source.domainId)),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

function identify(grant: JsonObject, place: Place, domainId: string): Reading {
  const divided = divide({ ...grant, ...place }, known, channel);
  const { entityType, entityIdentifier, policyType } = place;
  const id = compositeId(entityType, entityIdentifier, policyType, requiredText(grant, 'grantId'));
  return readingOf(divided, id, domainId, time(grant, 'createdAt'));
}

function read(source: DomainSource, id: string): Promise<Reading> {
  const [entityType = '', entityIdentifier = '', policyType = ''] = partsOf(id);
  const place = { entityType, entityIdentifier, policyType };
  return foundInList(id, (cursor) => grantsOf(source, place, cursor));
}

function references(record: JsonObject): readonly Reference[] {
  return [...entityReference(record), ...grantReferences(record)];
}

/** Grants name a blueprint configuration by its account too, which its id does not have. */
function entityReference(record: JsonObject): readonly Reference[] {
  const kind = entities.find(({ type }) => type === record.entityType)?.kind;
  const named = text(record, 'entityIdentifier');
  if (kind === undefined || named === undefined) return [];
  const id = kind === 'environmentBlueprintConfiguration' ? withoutAccount(named) : named;
  return [{ kind, id, path: 'entityIdentifier' }];
}

function withoutAccount(configuration: string): string {
  return configuration.replace(/^\d+:/, '');
}

/** Blueprints are configured in the domain's own account, whichever that is. */
function portable(record: JsonObject): JsonObject {
  const named = text(record, 'entityIdentifier');
  return named === undefined || record.entityType !== configurations
    ? record
    : { ...record, entityIdentifier: withoutAccount(named) };
}

async function add(target: RestoreTarget, { wanted, record, clientToken }: Making): Promise<string> {
  requireProfiles(record);
  const entityType = requiredText(wanted, 'entityType');
  const named = requiredText(wanted, 'entityIdentifier');
  const policyType = requiredText(wanted, 'policyType');
  const entityIdentifier =
    entityType === configurations ? `${(await domainFacts(target)).accountId}:${named}` : named;
  const input = { entityType, entityIdentifier, policyType, ...pick(wanted, 'principal', 'detail') };
  const grantId = await idIn(target.call('AddPolicyGrant', { ...input, clientToken }), 'grantId');
  return compositeId(entityType, entityIdentifier, policyType, grantId);
}

/** A list whose every profile had to be left out would let people use all of them. Throws `InvalidRequestError`. */
function requireProfiles({ detail }: JsonObject): void {
  const { createProjectFromProjectProfile: from } = isObject(detail) ? detail : {};
  const profiles = isObject(from) ? from.projectProfiles : undefined;
  if (isList(profiles) && profiles.length === 0) {
    throw new InvalidRequestError('the target has none of the project profiles that are granted');
  }
}

/** A principal has one grant of a policy on an entity, so that the old one goes first. */
async function replace(target: RestoreTarget, changing: Changing): Promise<string> {
  requireProfiles(changing.record);
  const [entityType, entityIdentifier, policyType, grantIdentifier] = partsOf(changing.id);
  await target.call('RemovePolicyGrant', {
    ...{ entityType, entityIdentifier, policyType, grantIdentifier },
    ...pick(changing.current, 'principal'),
  });
  return add(target, changing);
}

/** That a policy is granted to somebody: who may do what, and where. A grant is never changed. */
export const policyGrant: Kind = {
  name: 'policyGrant',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDomain', 'datazone:ListPolicyGrants'],
  shape: known,
  channels: [channel],
  parentage: { kinds: entities.map(({ kind }) => kind), rotates: false },
  events: [{ on: ['Domain Unit Deleted'], id: ['=DOMAIN_UNIT', 'metadata.id'], held: true }],
  calls: [
    {
      on: ['AddPolicyGrant'],
      id: [
        'requestParameters.entityType',
        'requestParameters.entityIdentifier',
        'requestParameters.policyType',
        'responseElements.grantId',
      ],
    },
    held(askedBy(['entityType', 'entityIdentifier', 'policyType'], 'RemovePolicyGrant')),
    { on: ['DeleteDomainUnit'], id: ['=DOMAIN_UNIT', 'requestParameters.identifier'], held: true },
    {
      on: ['DeleteEnvironmentProfile'],
      id: ['=ENVIRONMENT_PROFILE', 'requestParameters.identifier'],
      held: true,
    },
    { on: ['DeleteAssetType'], id: ['=ASSET_TYPE', 'requestParameters.identifier'], held: true },
  ],
  goesWith: { assetType: ['EntityIdentifier'], environmentProfile: ['EntityIdentifier'] },
  restoredBy:
    '`AddPolicyGrant`; another detail by `RemovePolicyGrant` before it. A new domain has grants of its own',
  indexed: false,
  enumerate,
  read,
  columns: (record) => namedColumns(record, 'entityType', 'entityIdentifier', 'policyType'),
  references,
  restore: {
    operations: { create: ['AddPolicyGrant'], update: ['RemovePolicyGrant', 'AddPolicyGrant'] },
    assigned: ['grantId'],
    portable,
    fixed: ['entityType', 'entityIdentifier', 'policyType', 'principal'],
    keyMembers: [
      ...['entityIdentifier', 'entityType', 'policyType', 'principal'],
      // Not of the key, but without its domain unit a policy would hold in all.
      ...['detail.createEnvironmentProfile', 'detail.useAssetType'],
    ],
    key: (record) => keyOf(portable(record), 'entityIdentifier', 'entityType', 'policyType', 'principal'),
    rightOf: ({ principal: holder }) => {
      const { user } = isObject(holder) ? holder : {};
      return isObject(user) ? text(user, 'userIdentifier') : undefined;
    },
    create: add,
    update: replace,
  },
};
