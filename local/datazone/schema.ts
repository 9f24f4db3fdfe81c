import * as datazone from '@aws-sdk/client-datazone';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';

/** Where a member of an input or output travels. */
export type Place = 'body' | 'label' | 'query' | 'header' | 'payload';

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly place: Place;
  /** Name on the wire: query key, header name (lower case) or JSON key. */
  readonly key: string;
  /** The SDK fills this member with a random idempotency token. */
  readonly token: boolean;
  /** The model calls it sensitive, or what a list or map of it holds. */
  readonly sensitive: boolean;
}

export interface Structure {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: readonly Member[];
}

export interface Union {
  readonly kind: 'union';
  readonly name: string;
  readonly members: readonly Member[];
}

export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' }
  | { readonly kind: 'timestamp'; readonly format: 'epoch' | 'iso' }
  | { readonly kind: 'list' | 'map'; readonly of: Shape }
  | Structure
  | Union;

export interface Operation {
  readonly name: string;
  readonly method: string;
  /** Path template with `{label}` segments. */
  readonly path: string;
  readonly successStatus: number;
  readonly input: Structure;
  readonly output: Structure;
}

/** The SDK carries something that this server does not know how to put on the wire. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
}

const knownTraits = new Set([
  'http',
  'httpLabel',
  'httpQuery',
  'httpHeader',
  'httpPayload',
  'idempotencyToken',
  'sensitive',
  'error',
  'httpError',
]);

const defaultTimestamp = 4;
const dateTimeTimestamp = 5;

/** Every operation of the installed DataZone client, by name. Shapes are read when first looked at. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.values(datazone)
    .filter(isOperationSchema)
    .map((schema) => [schema[2], operationOf(schema)]),
);

/** HTTP status of every error that the service declares, by name. */
export const errorStatuses: ReadonlyMap<string, number> = new Map(
  Object.values(datazone)
    .filter(isErrorSchema)
    .flatMap((schema) => {
      const status = NormalizedSchema.of(schema).getMergedTraits().httpError;
      return status === undefined ? [] : [[schema[2], Number(status)] as const];
    }),
);

function isOperationSchema(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function isErrorSchema(value: unknown): value is StaticErrorSchema {
  return Array.isArray(value) && value[0] === -3;
}

function operationOf(schema: StaticOperationSchema): Operation {
  const [method, path, status] = httpOf(schema);
  return {
    name: schema[2],
    method,
    path,
    successStatus: status,
    get input() {
      return rootOf(schema[4]);
    },
    get output() {
      return rootOf(schema[5]);
    },
  };
}

function httpOf(schema: StaticOperationSchema): [string, string, number] {
  const traits = schema[3];
  const http = typeof traits === 'object' ? traits.http : undefined;
  if (!Array.isArray(http)) throw new UnknownSchemaError(`${schema[2]} has no HTTP binding`);
  return [String(http[0]), String(http[1]), Number(http[2])];
}

function rootOf(ref: Parameters<typeof NormalizedSchema.of>[0]): Structure {
  const normal = NormalizedSchema.of(ref);
  if (normal.isUnitSchema()) return { kind: 'structure', name: 'Unit', members: [] };
  const shape = shapeOf(normal);
  if (shape.kind !== 'structure') throw new UnknownSchemaError(`${normal.getName()} is no structure`);
  return shape;
}

const structures = new Map<unknown, Structure | Union>();

function shapeOf(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema() || schema.isUnionSchema()) return structureOf(schema);
  if (schema.isListSchema()) return { kind: 'list', of: shapeOf(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { kind: 'map', of: shapeOf(schema.getValueSchema()) };
  if (schema.isTimestampSchema()) return { kind: 'timestamp', format: timestampFormat(schema) };
  if (schema.isStreaming() || schema.isDocumentSchema()) throw unknown(schema);
  if (schema.isBlobSchema()) return { kind: 'blob' };
  if (schema.isStringSchema()) return { kind: 'string' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isNumericSchema()) return { kind: 'number' };
  throw unknown(schema);
}

function unknown(schema: NormalizedSchema): UnknownSchemaError {
  return new UnknownSchemaError(`${schema.getName(true)} is of a kind that is not supported`);
}

function timestampFormat(schema: NormalizedSchema): 'epoch' | 'iso' {
  const format = schema.getSchema();
  if (format === defaultTimestamp) return 'epoch';
  if (format === dateTimeTimestamp) return 'iso';
  throw new UnknownSchemaError(`Timestamp format ${String(format)} is not supported`);
}

function structureOf(schema: NormalizedSchema): Structure | Union {
  const raw = schema.getSchema();
  const known = structures.get(raw);
  if (known) return known;
  const name = schema.getName() ?? '';
  const members: Member[] = [];
  const structure: Structure | Union = {
    kind: schema.isUnionSchema() ? 'union' : 'structure',
    name,
    members,
  };
  // Kept before the members are read: FilterClause and RowFilter contain themselves.
  structures.set(raw, structure);
  const required = requiredCount(raw);
  for (const [memberName, member] of schema.structIterator()) {
    members.push(memberOf(memberName, member, members.length < required));
  }
  return structure;
}

/** In the SDK's tuples the required members come first, and the seventh entry says how many they are. */
function requiredCount(raw: unknown): number {
  return Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0;
}

function memberOf(name: string, schema: NormalizedSchema, required: boolean): Member {
  const traits = schema.getMergedTraits();
  const unknownTrait = Object.keys(traits).find((trait) => !knownTraits.has(trait));
  if (unknownTrait) throw new UnknownSchemaError(`Trait ${unknownTrait} of ${name} is not supported`);
  const base = {
    name,
    shape: shapeOf(schema),
    required,
    token: traits.idempotencyToken === 1,
    sensitive: isSensitive(schema),
  };
  if (traits.httpLabel) return { ...base, place: 'label', key: name };
  if (traits.httpPayload) return { ...base, place: 'payload', key: name };
  if (traits.httpQuery) return { ...base, place: 'query', key: traits.httpQuery };
  if (traits.httpHeader) return { ...base, place: 'header', key: traits.httpHeader.toLowerCase() };
  return { ...base, place: 'body', key: name };
}

function isSensitive(schema: NormalizedSchema): boolean {
  if (schema.getMergedTraits().sensitive) return true;
  return (schema.isListSchema() || schema.isMapSchema()) && isSensitive(schema.getValueSchema());
}
