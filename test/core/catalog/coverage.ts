import type { Kind } from '../../../core/catalog/kind';
import { kinds } from '../../../core/catalog/registry';
import type { Channel, Shape, Structure } from '../../../core/catalog/shape';
import { type Driven, keptOf, operationsOf, unknownOf } from './every-channel';
import type { Leaf } from './full-answer';

/** Members of a page that are of the page, and not of what it lists. */
const ofThePage = new Set(['nextToken', 'totalMatchCount', 'aggregates']);

/** Members that a list calls otherwise than the Get which is the channel. */
const calledOtherwise: Readonly<Record<string, string>> = {
  'ListDataSources.dataSourceId': 'id',
  'ListLineageEvents.eventSummary': 'event',
  'ListProjects.updatedAt': 'lastUpdatedAt',
  'ListSubscriptionRequests.metadataFormsSummary': 'metadataForms',
  'ListTimeSeriesDataPoints.contentSummary': 'content',
};

/** What a name gives away as a secret. */
const secretName = /password|passphrase|secret|token|credential|private_?key|access_?key|presigned/i;

/** Members whose names only sound like secrets. */
const noSecrets = new Set(['isProvisionedSecret', 'tokenUrl', 'tokenUrlParametersMap']);

/** Names stand at most this deep in an answer: below `items`, a union's member, `additionalAttributes`. */
const deepestName = 4;

/** Members of the channels' answers that came out nowhere and are not left out for a reason, one line each. */
export function lostMembers(kind: Kind, driven: Driven): string[] {
  const kept = JSON.stringify(keptOf(driven));
  const unknown = JSON.stringify(unknownOf(driven));
  return kind.channels.flatMap((channel) =>
    (driven.answers.get(channel.operation)?.leaves ?? [])
      .filter((leaf) => !isIn(kept, leaf) && !isLeftOut(kind, channel, leaf))
      .map((leaf) => {
        const how = isIn(unknown, leaf) ? 'not decided' : 'dropped';
        return `${kind.name} ${channel.operation} ${leaf.path.join('.')}: ${how}`;
      }),
  );
}

/** Operations that show resources of this or another kind, and are decided there. */
function decided(kind: Kind): Set<string> {
  return new Set([kind, ...kinds].flatMap(({ channels }) => channels).map(({ operation }) => operation));
}

/** Members of lists that only name resources, of which the Get that shows them knows nothing. */
export function membersOfListsAlone(kind: Kind, { answers }: Driven): string[] {
  const known = knownNames(kind);
  const lists = operationsOf(kind).filter((name) => !decided(kind).has(name));
  return lists.flatMap((operation) =>
    (answers.get(operation)?.leaves ?? [])
      .map(({ path }) => path)
      .filter(([member = '', ...names]) => {
        if (names.length === 0 || ofThePage.has(member)) return false;
        return !names.some((name) => known.has(calledOtherwise[`${operation}.${name}`] ?? name));
      })
      .map((path) => `${kind.name} ${operation} ${path.join('.')}`),
  );
}

/** Secrets that came out. */
export function leakedSecrets(kind: Kind, driven: Driven): string[] {
  const columns = driven.readings.map(({ record }) => kind.columns(record));
  const kept = JSON.stringify([keptOf(driven), unknownOf(driven), columns]);
  return [...driven.answers].flatMap(([operation, { leaves }]) =>
    leaves
      .filter((leaf) => isSecret(leaf) && isIn(kept, leaf))
      .map(({ path }) => `${kind.name} ${operation} ${path.join('.')}`),
  );
}

function isIn(text: string, { marks }: Leaf): boolean {
  return marks.some((mark) => text.includes(mark));
}

/** An ARN of a secret is a reference, and no secret. */
function isSecret({ path }: Leaf): boolean {
  return (
    !/arn$/i.test(path.at(-1) ?? '') && path.some((name) => secretName.test(name) && !noSecrets.has(name))
  );
}

function isLeftOut(kind: Kind, channel: Channel, { path }: Leaf): boolean {
  if (ofThePage.has(path[0] ?? '')) return true;
  if (path.slice(0, deepestName).some((name) => Object.hasOwn(channel.omitted ?? {}, name))) return true;
  const shapes: Shape[] = [kind.shape, { is: 'structure', members: channel.facets ?? {} }];
  return shapes.flatMap((shape) => omittedIn(shape)).some((left) => hasInOrder(path, left.path));
}

/** Something that a shape leaves out. */
export interface LeftOut {
  readonly path: readonly string[];
  readonly reason: string;
}

export function omittedIn(shape: Shape, path: readonly string[] = []): LeftOut[] {
  switch (shape.is) {
    case 'omitted':
      return [{ path, reason: shape.reason }];
    case 'structure':
      return Object.entries(shape.members).flatMap(([name, member]) => omittedIn(member, [...path, name]));
    case 'list':
    case 'map':
    case 'set':
      return omittedIn(shape.of, path);
    default:
      return [];
  }
}

function hasInOrder(path: readonly string[], names: readonly string[]): boolean {
  return path.some((_, start) => names.every((name, n) => path[start + n] === name));
}

function knownNames({ shape, channels }: Kind): Set<string> {
  const placed = channels.flatMap(({ facets = {}, omitted = {} }) => [facets, omitted]);
  return new Set([shape.members, ...placed].flatMap(namesIn));
}

/** Names of members, and of those of the structures that stand in them. */
function namesIn(members: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(members).flatMap(([name, of]) => [
    name,
    ...(isStructure(of) ? namesIn(of.members) : []),
  ]);
}

function isStructure(of: unknown): of is Structure {
  return typeof of === 'object' && of !== null && 'members' in of;
}
