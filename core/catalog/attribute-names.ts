import { formContent } from './form-references';
import { isList, isObject, objects, text } from './json';
import type { Json, JsonObject } from './kind';

/** Members that name a column in the lists of AWS's forms: Glue's and Redshift's, and what people say of columns. */
const columnMembers = ['columnName', 'columnIdentifier', 'attributeIdentifier'];

/** In a custom form, a list of this name may call them simply `name`. */
const columnLists = /column|field|attribute/i;

/** Longest name that the API takes. */
const longestName = 256;

/** Half of a character, which no query string can carry. */
const loneSurrogate = /\p{Cs}/u;

/** The attributes that an asset's forms name, each once, by UTF-16 code unit. */
export function attributeNames(asset: JsonObject): string[] {
  const forms = [...objects(asset, 'formsOutput'), ...objects(asset, 'readOnlyFormsOutput')];
  const names = forms.flatMap((form) => namesIn(formContent(form)));
  return [...new Set(names)].filter(isPossible).sort();
}

function isPossible(name: string): boolean {
  return name.length <= longestName && !loneSurrogate.test(name);
}

function namesIn(content: Json): string[] {
  return Object.entries(isObject(content) ? content : {}).flatMap(([member, value]) => {
    const members = columnLists.test(member) ? [...columnMembers, 'name'] : columnMembers;
    const items = isList(value) ? value.filter(isObject) : [];
    return items.flatMap((item) => nameIn(item, members) ?? []);
  });
}

/** The first that there is: beside an identifier, a `name` is one for people. */
function nameIn(item: JsonObject, members: readonly string[]): string | undefined {
  return members.map((member) => text(item, member)).find((name) => name !== undefined);
}
