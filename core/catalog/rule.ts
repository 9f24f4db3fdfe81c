import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { isObject, objects, renamed, requiredText } from './json';
import type { JsonObject, Kind, Reading, Reference } from './kind';
import { listedItem, listedPage, readingOf } from './pages';
import { referenceAt, referencesIn, typeReference } from './references';
import { changed, idIn, pick } from './restoration';
import { divide, setBy, strings, structure, union, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('identifier', 'revision', 'name', 'description', 'ruleType', 'targetType', 'action'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'lastUpdatedBy'),
  target: union({ domainUnitTarget: structure(values('domainUnitId', 'includeChildDomainUnits')) }),
  scope: structure({
    ...values('dataProduct'),
    assetType: structure({ ...values('selectionMode'), specificAssetTypes: strings }),
    project: structure({ ...values('selectionMode'), specificProjects: strings }),
  }),
  detail: union({
    metadataFormEnforcementDetail: structure({
      requiredMetadataForms: setBy('typeIdentifier', structure(values('typeIdentifier', 'typeRevision'))),
    }),
    glossaryTermEnforcementDetail: structure({ requiredGlossaryTermIds: strings }),
  }),
});

const channel = { operation: 'GetRule' };

async function read(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call(channel.operation, { identifier: id }), known, channel);
  const { record } = divided;
  return readingOf(divided, requiredText(record, 'identifier'), source.domainId, time(record, 'updatedAt'));
}

function references(record: JsonObject): readonly Reference[] {
  const unit = within(record, 'target', 'domainUnitTarget');
  const types = within(record, 'scope', 'assetType');
  const projects = within(record, 'scope', 'project');
  const forms = within(record, 'detail', 'metadataFormEnforcementDetail');
  const terms = within(record, 'detail', 'glossaryTermEnforcementDetail');
  return [
    ...referenceAt('domainUnit', unit, 'domainUnitId', 'target.domainUnitTarget.domainUnitId'),
    ...referencesIn('assetType', types, 'specificAssetTypes', 'scope.assetType.specificAssetTypes'),
    ...referencesIn('project', projects, 'specificProjects', 'scope.project.specificProjects'),
    ...objects(forms, 'requiredMetadataForms').flatMap((form, n) =>
      typeReference(
        'formType',
        form,
        'typeIdentifier',
        'typeRevision',
        `detail.metadataFormEnforcementDetail.requiredMetadataForms[${n}].typeIdentifier`,
      ),
    ),
    ...referencesIn(
      'glossaryTerm',
      terms,
      'requiredGlossaryTermIds',
      'detail.glossaryTermEnforcementDetail.requiredGlossaryTermIds',
    ),
  ];
}

/** The object at a path of members; an empty one where there is none. */
function within(record: JsonObject, ...members: readonly string[]): JsonObject {
  let found = record;
  for (const member of members) {
    const next = found[member];
    if (!isObject(next)) return {};
    found = next;
  }
  return found;
}

/** What a rule holds up, and all that stands between that and the kinds before it. */
const heldUp = [
  ...['subscriptionTarget', 'dataSource', 'asset', 'assetFilter', 'attributeMetadata', 'timeSeriesPoint'],
  ...['dataProduct', 'listing', 'subscriptionRequest', 'subscription', 'subscriptionGrant'],
];

/** The unit of a rule stays as it is, but whether the units below it are meant may change. */
function cascades(record: JsonObject): boolean {
  return within(record, 'target', 'domainUnitTarget').includeChildDomainUnits === true;
}

/** A rule on what must be filled in before something is published or asked for, in the unit for which it was made. */
export const rule: Kind = {
  name: 'rule',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListRules', 'datazone:GetRule'],
  shape: known,
  channels: [channel],
  parentage: { kinds: ['domainUnit'], rotates: false },
  events: [],
  calls: [answered('identifier', 'CreateRule'), asked('identifier', 'UpdateRule', 'DeleteRule')],
  goesWith: { domainUnit: ['DomainUnitId'] },
  restoredBy: '`CreateRule`, after everything that it would hold up',
  indexed: false,
  enumerate: (source, _scopeId, cursor, parent) =>
    listedPage(
      source,
      'ListRules',
      // What a unit inherits is listed with the unit that it comes from.
      { targetType: 'DOMAIN_UNIT', targetIdentifier: parent?.id, includeCascaded: false },
      (item) => listedItem(renamed(item, { identifier: 'id' }), source.domainId, 'revision', 'updatedAt'),
      cursor,
    ),
  read,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'ruleType', 'action'),
    ...namedColumns(within(record, 'target', 'domainUnitTarget'), 'domainUnitId'),
  }),
  references,
  restore: {
    operations: { create: ['CreateRule'], update: ['UpdateRule'] },
    // What a rule asks for tells its type.
    assigned: ['identifier', 'revision', 'ruleType', 'targetType'],
    fixed: ['action', 'target.domainUnitTarget.domainUnitId'],
    after: heldUp,
    keyMembers: ['target', 'name', 'action'],
    key: (record) => {
      const { domainUnitId } = within(record, 'target', 'domainUnitTarget');
      return domainUnitId === undefined
        ? undefined
        : [domainUnitId, record.name ?? null, record.action ?? null];
    },
    create: (target, { wanted, clientToken }) => {
      const input = pick(wanted, 'name', 'description', 'target', 'action', 'detail');
      // A scope without anything in it is a scope.
      const scope = wanted.scope ?? {};
      return idIn(target.call('CreateRule', { ...input, scope, clientToken }), 'identifier');
    },
    update: async (target, changing) => {
      const isCascading = cascades(changing.wanted);
      await target.call('UpdateRule', {
        identifier: changing.id,
        ...changed(changing, 'name', 'description', 'scope', 'detail'),
        ...(isCascading !== cascades(changing.current) && { includeChildDomainUnits: isCascading }),
      });
    },
  },
};
