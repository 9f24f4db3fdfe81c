import { isObject, objects, text } from './json';
import type { Json, JsonObject, Reference, ReferenceContext } from './kind';
import { referencesIn, typeReference } from './references';
import { glossaryTermsIn, hasGlossaryTerms } from './smithy-annotations';

/** AWS's form for what people say of columns: its terms stand in a member that no annotation tells. */
const columnMetadataType = 'amazon.datazone.ColumnBusinessMetadataFormType';

/** References of an asset's forms: their types, and the glossary terms inside their content. */
export function formReferences(
  record: JsonObject,
  member: string,
  context: ReferenceContext,
): readonly Reference[] {
  return objects(record, member).flatMap((form, n) => [
    ...typeReference('formType', form, 'typeName', 'typeRevision', `${member}[${n}].typeName`),
    ...contentReferences(form, `${member}[${n}].content{form}`, context),
  ]);
}

function contentReferences(form: JsonObject, path: string, context: ReferenceContext): readonly Reference[] {
  const typeName = text(form, 'typeName');
  const typeRevision = text(form, 'typeRevision');
  if (typeName === columnMetadataType) return columnTerms(formContent(form), path);
  if (typeName === undefined || typeRevision === undefined) return [];
  const model = context.formModel(typeName, typeRevision);
  if (model === undefined || !hasGlossaryTerms(model)) return [];
  return glossaryTermsIn(model, typeName, formContent(form)).map((term) => ({
    kind: 'glossaryTerm',
    id: term.id,
    path: `${path}.${term.path}`,
  }));
}

function columnTerms(content: Json, path: string): readonly Reference[] {
  return objects(isObject(content) ? content : {}, 'columnsBusinessMetadata').flatMap((column, n) =>
    referencesIn(
      'glossaryTerm',
      column,
      'glossaryTerms',
      `${path}.columnsBusinessMetadata[${n}].glossaryTerms`,
    ),
  );
}

/** Form content is JSON in a string; null for what is not JSON, which holds no references. */
export function formContent(form: JsonObject): Json {
  try {
    return JSON.parse(text(form, 'content') ?? 'null') as Json;
  } catch {
    return null;
  }
}
