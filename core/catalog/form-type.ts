import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { isObject, objects, text } from './json';
import type { JsonObject, Kind, Reading, Reference } from './kind';
import { reading, typesPage } from './pages';
import { owningProject, typeReference } from './references';
import { divide, setBy, structure, values } from './shape';
import { glossaryIds } from './smithy-annotations';
import { time } from './times';
import { latestRestoration, type TypeSort } from './type-restoration';

const known = structure({
  ...values('domainId', 'name', 'revision', 'status', 'description', 'createdAt', 'createdBy'),
  ...values('owningProjectId', 'originDomainId', 'originProjectId'),
  model: structure(values('smithy')),
  imports: setBy('name', structure(values('name', 'revision'))),
});

/** A type's name is its natural key in the domain; there is no other id. */
function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  return reading(divided, 'name', 'domainId', time(divided.record, 'createdAt'));
}

function references(record: JsonObject): readonly Reference[] {
  return [
    ...owningProject(record),
    ...objects(record, 'imports').flatMap((imported, n) =>
      typeReference('formType', imported, 'name', 'revision', `imports[${n}].name`),
    ),
    ...glossaryIds(modelText(record)).map((id, n) => ({
      kind: 'glossary',
      id,
      path: `model.smithy{glossaryterm}[${n}]`,
    })),
  ];
}

export const formTypeSort: TypeSort = {
  create: 'CreateFormType',
  get: 'GetFormType',
  identifier: 'formTypeIdentifier',
  assigned: ['imports', 'originDomainId', 'originProjectId'],
  // Nothing can be made with a form type that is disabled: until the end it is not.
  late: ['status'],
  input: (record) => ({
    name: record.name,
    owningProjectIdentifier: record.owningProjectId,
    description: record.description ?? undefined,
    model: { smithy: modelText(record) },
    status: record.status ?? 'ENABLED',
  }),
};

function modelText({ model }: JsonObject): string {
  return isObject(model) ? (text(model, 'smithy') ?? '') : '';
}

/** A metadata form type in its latest revision, AWS's own ones included. */
export const formType: Kind = {
  name: 'formType',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:SearchTypes', 'datazone:GetFormType'],
  shape: known,
  channels: [{ operation: 'SearchTypes' }, { operation: 'GetFormType' }],
  events: [],
  calls: [answered('name', 'CreateFormType'), asked('formTypeIdentifier', 'DeleteFormType')],
  goesWith: { project: ['OwningProjectId'] },
  restoredBy: "`CreateFormType` for each revision; AWS's own types exist in every domain",
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    typesPage(source, 'FORM_TYPE', 'formTypeItem', (item) => identify(item, 'SearchTypes'), cursor),
  read: async (source, id) =>
    identify(await source.call('GetFormType', { formTypeIdentifier: id }), 'GetFormType'),
  columns: (record) => namedColumns(record, 'name', 'revision', 'status', 'owningProjectId'),
  references,
  restore: latestRestoration(formTypeSort, 'formTypeRevision'),
};
