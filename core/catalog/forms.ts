import { objects } from './json';
import type { JsonObject } from './json-value';
import { setBy, structure, values } from './shape';

/** Metadata forms, by their names; each one's content is JSON in a string. */
export const forms = setBy('formName', structure(values('formName', 'typeName', 'typeRevision', 'content')));

/** Forms of a record as what makes them takes them, in words of its own. */
export function formsInput(record: JsonObject, member: string): readonly Record<string, unknown>[] {
  return objects(record, member).map(({ formName, typeName, typeRevision, content }) => ({
    formName,
    typeIdentifier: typeName,
    typeRevision,
    content,
  }));
}
