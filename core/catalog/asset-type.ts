import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { isObject } from './json';
import type { JsonObject, Kind, Reading, Reference } from './kind';
import { reading, typesPage } from './pages';
import { owningProject, typeReference } from './references';
import { divide, mapOf, structure, values } from './shape';
import { time } from './times';
import { latestRestoration, type TypeSort } from './type-restoration';

const known = structure({
  ...values(
    'domainId',
    'name',
    'revision',
    'description',
    'createdAt',
    'createdBy',
    'updatedAt',
    'updatedBy',
  ),
  ...values('owningProjectId', 'originDomainId', 'originProjectId'),
  formsOutput: mapOf(structure(values('typeName', 'typeRevision', 'required'))),
});

/** A type's name is its natural key in the domain; there is no other id. */
function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  return reading(divided, 'name', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
}

function references(record: JsonObject): readonly Reference[] {
  const forms = record.formsOutput;
  return [
    ...owningProject(record),
    ...Object.entries(isObject(forms) ? forms : {}).flatMap(([name, form]) =>
      isObject(form)
        ? typeReference('formType', form, 'typeName', 'typeRevision', `formsOutput.${name}.typeName`)
        : [],
    ),
  ];
}

export const assetTypeSort: TypeSort = {
  create: 'CreateAssetType',
  get: 'GetAssetType',
  identifier: 'identifier',
  assigned: ['originDomainId', 'originProjectId'],
  input: (record) => ({
    name: record.name,
    owningProjectIdentifier: record.owningProjectId,
    description: record.description ?? undefined,
    formsInput: formsInput(record),
  }),
};

function formsInput({ formsOutput }: JsonObject): Readonly<Record<string, unknown>> {
  const forms = Object.entries(isObject(formsOutput) ? formsOutput : {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    forms.flatMap(([name, form]) => {
      if (!isObject(form)) return [];
      const { typeName, typeRevision, required } = form;
      return [[name, { typeIdentifier: typeName, typeRevision, required }]];
    }),
  );
}

/** An asset type in its latest revision, AWS's own ones included. */
export const assetType: Kind = {
  name: 'assetType',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:SearchTypes', 'datazone:GetAssetType'],
  shape: known,
  channels: [{ operation: 'SearchTypes' }, { operation: 'GetAssetType' }],
  events: [],
  calls: [answered('name', 'CreateAssetType'), asked('identifier', 'DeleteAssetType')],
  goesWith: { project: ['OwningProjectId'] },
  restoredBy: "`CreateAssetType` for each revision; AWS's own types exist in every domain",
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    typesPage(source, 'ASSET_TYPE', 'assetTypeItem', (item) => identify(item, 'SearchTypes'), cursor),
  read: async (source, id) => identify(await source.call('GetAssetType', { identifier: id }), 'GetAssetType'),
  columns: (record) => namedColumns(record, 'name', 'revision', 'owningProjectId'),
  references,
  restore: latestRestoration(assetTypeSort, 'assetTypeRevision'),
};
