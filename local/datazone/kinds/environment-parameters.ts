import type { Answer } from '../operations';

type Read = NonNullable<Answer<'GetEnvironment'>['userParameters']>;

/** A parameter as environments and their profiles are given it. */
export interface Parameter {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

/** Parameters are written as name and value, but read as key and default value. */
export function readParameters(parameters: readonly Parameter[] | undefined): Read | undefined {
  return parameters?.map(({ name, value }) => ({
    keyName: name ?? '',
    fieldType: 'String',
    defaultValue: value,
    isEditable: true,
    isOptional: true,
  }));
}
