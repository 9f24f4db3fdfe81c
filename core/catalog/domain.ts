import { namedColumns } from './columns';
import { isObject, requiredText } from './json';
import type { JsonObject, Kind } from './kind';
import { reading } from './pages';
import { referenceAt } from './references';
import { type Changing, changed, type RestoreTarget } from './restoration';
import { divide, mapOf, structure, value, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'rootDomainUnitId', 'name', 'description', 'domainExecutionRole', 'serviceRole', 'arn'),
  ...values('kmsKeyIdentifier', 'status', 'portalUrl', 'createdAt', 'lastUpdatedAt', 'domainVersion'),
  singleSignOn: structure(values('type', 'userAssignment', 'idcInstanceArn')),
  tags: mapOf(value),
});

async function get(source: DomainSource) {
  const divided = divide(await source.call('GetDomain', { identifier: source.domainId }), known, {
    operation: 'GetDomain',
  });
  return reading(divided, 'id', 'id', time(divided.record, 'lastUpdatedAt', 'createdAt'));
}

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const { domainId } = target;
  const description = changed(changing, 'description');
  if (Object.keys(description).length > 0) {
    await target.call('UpdateDomain', { identifier: domainId, ...description });
  }
  const wanted = tagsOf(changing.wanted);
  const current = tagsOf(changing.current);
  const gone = Object.keys(current).filter((key) => !Object.hasOwn(wanted, key));
  const set = Object.entries(wanted).filter(
    ([key, tag]) => !Object.hasOwn(current, key) || current[key] !== tag,
  );
  if (gone.length === 0 && set.length === 0) return;
  const resourceArn = requiredText(await target.call('GetDomain', { identifier: domainId }), 'arn');
  // First those that go: a domain has 50 at most.
  if (gone.length > 0) await target.call('UntagResource', { resourceArn, tagKeys: gone });
  if (set.length > 0) await target.call('TagResource', { resourceArn, tags: Object.fromEntries(set) });
}

function tagsOf({ tags }: JsonObject): JsonObject {
  return isObject(tags) ? tags : {};
}

/** Tags of CloudFormation and its like: nobody else may set or remove them. */
function withoutTagsOfAws(record: JsonObject): JsonObject {
  const tags = Object.entries(tagsOf(record)).filter(([key]) => !key.toLowerCase().startsWith('aws:'));
  return { ...record, tags: Object.fromEntries(tags) };
}

/** The domain's own settings. */
export const domain: Kind = {
  name: 'domain',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetDomain'],
  shape: known,
  channels: [{ operation: 'GetDomain' }],
  events: [],
  calls: [{ on: ['UpdateDomain', 'TagResource', 'UntagResource'], id: ['domain'] }],
  restoredBy:
    '`UpdateDomain` (description), `TagResource` and `UntagResource`, of a domain that is there; whoever makes it by `CreateDomain` chooses its name, roles, key, version and sign-on',
  indexed: false,
  enumerate: async (source) => ({ readings: [await get(source)], total: 1 }),
  read: get,
  columns: (record) => namedColumns(record, 'name', 'status', 'domainVersion'),
  references: (record) => referenceAt('domainUnit', record, 'rootDomainUnitId'),
  restore: {
    operations: { update: ['UpdateDomain', 'UntagResource', 'TagResource'] },
    // The target is another domain, made by somebody who chose these: it keeps its name, and what it runs with.
    assigned: [
      ...['name', 'arn', 'rootDomainUnitId', 'portalUrl', 'status', 'domainVersion'],
      ...['domainExecutionRole', 'serviceRole', 'kmsKeyIdentifier', 'singleSignOn'],
    ],
    portable: withoutTagsOfAws,
    keyMembers: [],
    // There is only the one.
    key: () => [],
    madeByService: () => 'the domain itself is made before its content is restored',
    updatesMadeByService: true,
    update,
  },
};
