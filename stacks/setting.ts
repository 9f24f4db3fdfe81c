import { z } from 'zod';

/** How a key stands in the stack file: a scalar is declared in Pulumi.yaml, a structured one in its comments. */
export type SettingType = 'string' | 'integer' | 'boolean' | 'structured';

/** One configuration key: what the stack file may say, and what a mistake is answered with. */
export interface Setting<Value> {
  readonly type: SettingType;
  readonly schema: z.ZodType<Value>;
  /** Value where the key is absent; an empty string counts as absent. Undefined: the key has none. */
  readonly fallback: Value | undefined;
  readonly required: boolean;
  /** One sentence that says what to write instead. */
  readonly remedy: string;
}

/** A key that every stack must set. */
export function required<Value>(type: SettingType, schema: z.ZodType<Value>, remedy: string): Setting<Value> {
  return { type, schema, remedy, fallback: undefined, required: true };
}

/** A key that may be left out and then has no value. */
export function optional<Value>(
  type: SettingType,
  schema: z.ZodType<Value>,
  remedy: string,
): Setting<Value | undefined> {
  return { type, schema, remedy, fallback: undefined, required: false };
}

/** A key that may be left out and then has `fallback` as its value. */
export function defaulted<Value>(
  type: SettingType,
  schema: z.ZodType<Value>,
  fallback: Value,
  remedy: string,
): Setting<Value> {
  return { type, schema, remedy, fallback, required: false };
}

/** Whole number within bounds. */
export function whole(minimum: number, maximum: number): z.ZodType<number> {
  return z
    .int('is not a whole number')
    .min(minimum, `is under the minimum of ${minimum}`)
    .max(maximum, `is over the maximum of ${maximum}`);
}

/** Text of a given form; `kind` completes "is not ...". */
export function matching(pattern: RegExp, kind: string): z.ZodType<string> {
  return z.string(`is not ${kind}`).regex(pattern, `is not ${kind}`);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Words[number]> {
  return z.enum(words, `is not one of ${words.join(', ')}`);
}

export type Reading<Value> = { readonly value: Value | undefined } | { readonly problems: readonly string[] };

/** Reads the text that the CLI passes for `key`: a scalar, or JSON for what is structured. */
export function readSetting<Value>(
  key: string,
  setting: Setting<Value>,
  text: string | undefined,
): Reading<Value> {
  if (text === undefined || text === '') {
    if (setting.required) return { problems: [`${key}: is required. ${setting.remedy}`] };
    return { value: setting.fallback };
  }
  const value = decode(setting.type, text);
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
      return `${key}${path.join('')}: ${show(at(value, issue.path))} ${issue.message}. ${setting.remedy}`;
    }),
  };
}

/** A value as the stack file would write it, shortened for a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function decode(type: SettingType, text: string): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'structured':
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
