import type { WireRequest, WireResponse } from '../wire';
import { isObject, OutputError, Problems, readMember, writeMembers } from './codec';
import { Fault } from './faults';
import type { Route } from './route';
import type { Member, Operation, Structure } from './schema';

interface Binding {
  readonly member: Member;
  readonly read: ReturnType<typeof readMember>;
}

const bindings = new Map<Structure, readonly Binding[]>();

/**
 * The typed input of a request.
 *
 * @throws Fault `ValidationException` or, for a body that is no JSON, `SerializationException`.
 */
export function parseRequest(route: Route, request: WireRequest): Record<string, unknown> {
  const { input } = route.operation;
  const query = queryOf(request.url);
  const body = hasBody(input) ? jsonOf(request.body) : {};
  const labels = labelsByName(route);
  return readInput(input, (member) => {
    switch (member.place) {
      case 'label':
        return labels.get(member.name);
      case 'query':
        return queryValue(member, query);
      case 'header':
        return request.headers[member.key];
      case 'payload':
        return request.body.length > 0 ? request.body : undefined;
      case 'body':
        return body[member.key];
    }
  });
}

/** Checks an input that did not come over the wire as strictly as one that did. */
export function parseInput(operation: Operation, input: object): Record<string, unknown> {
  return readInput(operation.input, (member) => Reflect.get(input, member.name));
}

/**
 * A handler's output as bytes.
 *
 * @throws OutputError where the output does not fit the operation's schema.
 */
export function respond(
  operation: Operation,
  output: unknown,
  decorate: (json: Record<string, unknown>) => Record<string, unknown> = (json) => json,
): WireResponse {
  const { members } = operation.output;
  const headers: Record<string, string> = {};
  const value = isObject(output) ? output : {};
  for (const member of members) {
    if (member.place === 'header' && value[member.name] !== undefined) {
      headers[member.key] = headerText(value[member.name]);
    }
  }
  const payload = members.find((member) => member.place === 'payload');
  if (payload) {
    const bytes = value[payload.name];
    if (!(bytes instanceof Uint8Array)) throw new OutputError(`${operation.name} needs ${payload.name}`);
    headers['content-type'] = 'application/octet-stream';
    return { status: operation.successStatus, headers, body: Buffer.from(bytes) };
  }
  const inBody = members.filter((member) => member.place === 'body');
  const json = writeMembers(operation.output, inBody, value);
  if (operation.successStatus === 204) return { status: 204, headers, body: '' };
  headers['content-type'] = 'application/json';
  return { status: operation.successStatus, headers, body: JSON.stringify(decorate(json)) };
}

/** An error in DataZone's wire format. */
export function errorResponse(name: string, status: number, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message }),
  };
}

function readInput(input: Structure, raw: (member: Member) => unknown): Record<string, unknown> {
  const problems = new Problems();
  const result: Record<string, unknown> = {};
  for (const { member, read } of bindingsOf(input)) {
    const value = read(raw(member), member.name, problems);
    if (value !== undefined) result[member.name] = value;
  }
  problems.throwIfAny();
  return result;
}

function bindingsOf(input: Structure): readonly Binding[] {
  const known = bindings.get(input);
  if (known) return known;
  const made = input.members.map((member) => ({ member, read: readMember(input, member) }));
  bindings.set(input, made);
  return made;
}

function hasBody(input: Structure): boolean {
  return input.members.some((member) => member.place === 'body');
}

function labelsByName({ operation, labels }: Route): Map<string, string> {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return new Map(names.map((name, i) => [name, labels[i] ?? '']));
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/** Text of the query as the JSON value that the member's codec reads. Empty text counts as absent. */
function queryValue(member: Member, query: URLSearchParams): unknown {
  if (member.shape.kind === 'list') {
    const all = query.getAll(member.key);
    return all.length > 0 ? all : undefined;
  }
  const text = query.get(member.key);
  if (text === null || text === '') return undefined;
  switch (member.shape.kind) {
    case 'number':
      return Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'timestamp':
      // The binding, not the schema, sets the format in a query: always ISO 8601.
      return member.shape.format === 'iso' ? text : Date.parse(text) / 1000;
    default:
      return text;
  }
}

function headerText(value: unknown): string {
  if (value instanceof Date) return value.toUTCString();
  const text = String(value);
  // Node.js throws while it writes such a header, when it is too late to answer an error.
  if (/[^\t\x20-\x7e\xa0-\xff]/.test(text)) throw new OutputError('A header holds Latin-1 only');
  return text;
}

function jsonOf(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Fault('SerializationException', 'The request body is not valid JSON');
  }
  if (!isObject(json)) throw new Fault('SerializationException', 'The request body is not a JSON object');
  return json;
}
