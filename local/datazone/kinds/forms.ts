import type { Call } from '../call';
import type { AssetRevision, Domain } from '../domain';
import { invalid } from '../faults';
import type { Given } from '../operations';
import { referredType, revisionOf } from './form-types';

type FormsInput = Given<'CreateAsset'>['formsInput'];
type FormsOutput = AssetRevision['formsOutput'];

/** What an asset type says of a form: its type, which a caller then need not name. */
export interface FormEntry {
  readonly typeName: string;
}

/**
 * Forms as they are kept: each of a type that exists, with its revision, and with a JSON object as content.
 *
 * @throws Fault `ValidationException`
 */
export function checkedForms(
  call: Call,
  domain: Domain,
  input: FormsInput = [],
  entries: Readonly<Record<string, FormEntry>> = {},
): FormsOutput {
  const names = input.map((form) => form.formName);
  if (new Set(names).size < names.length) throw invalid('A form name occurs more than once');
  return input.map(({ formName, typeIdentifier, typeRevision, content }) => {
    const entry = entries[formName];
    const typeName = typeIdentifier ?? entry?.typeName;
    if (typeName === undefined) throw invalid(`Form ${formName} needs a typeIdentifier`);
    if (entry && entry.typeName !== typeName)
      throw invalid(`Form ${formName} must be of type ${entry.typeName}`);
    const formType = referredType(call, domain.formTypes, typeName);
    const { revision } = revisionOf(formType, 'Form type', typeName, typeRevision);
    requireJson(formName, content);
    return { formName, typeName, typeRevision: revision, content };
  });
}

/** @throws Fault `ValidationException` unless the content is a JSON object, or absent. */
export function requireJson(formName: string, content: string | undefined): void {
  if (content === undefined) return;
  try {
    const json: unknown = JSON.parse(content);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return;
  } catch {
    // Falls through to the same refusal: text that is no JSON is no JSON object.
  }
  throw invalid(`The content of form ${formName} is not a JSON object`);
}

/** @throws Fault `ResourceNotFoundException` for a term that does not exist. */
export function checkedTerms<T extends readonly string[] | undefined>(
  call: Call,
  domain: Domain,
  terms: T,
): T {
  for (const id of terms ?? []) call.find(domain.terms, 'Glossary term', id);
  return terms;
}
