/**
 * Where in the `detail` of an event a part of an id stands: member names with dots between them; `.name` for a member
 * of the list entry that `each` is at; `=TEXT` for the text itself; `domain` and `rootDomainUnit` for their ids. The
 * first of several that holds something counts.
 */
export type DetailPath = string | readonly string[];

/** Events that tell that something of a kind may have changed, and where they say what. */
export interface ChangeSign {
  /** Detail-types of `aws.datazone`; or operations, whose calls CloudTrail records. */
  readonly on: readonly string[];
  /** The parts of an id, in order (`composite-id.ts`): the resource's own, unless `under` or `held` is there. */
  readonly id: readonly DetailPath[];
  /** Kind of which the id is: what is listed under that is read, and what the vault holds under it besides. */
  readonly under?: string;
  /** The id is the beginning of others: what the vault holds of these is read. */
  readonly held?: true;
  /** Path of a list: the sign stands once for each of its entries. */
  readonly each?: string;
  /** Path and text: the sign counts only for events that hold it there. */
  readonly when?: readonly [path: string, text: string];
  /** True where events may lack the id, since another sign of theirs tells of the change too. */
  readonly optional?: true;
}

type More = Omit<ChangeSign, 'on' | 'id'>;

/** Detail-types whose `metadata.id` is the resource's. */
export function events(...on: readonly string[]): ChangeSign {
  return { on, id: ['metadata.id'] };
}

/** Calls that are answered with the id. */
export function answered(member: string, ...on: readonly string[]): ChangeSign {
  return { on, id: [`responseElements.${member}`] };
}

/** Calls that name the id. */
export function asked(member: string, ...on: readonly string[]): ChangeSign {
  return { on, id: [`requestParameters.${member}`] };
}

/** Calls that name the parts of the id. */
export function askedBy(members: readonly string[], ...on: readonly string[]): ChangeSign {
  return { on, id: members.map((member) => `requestParameters.${member}`) };
}

/** Calls that name a parent, and are answered with the id under it. */
export function answeredUnder(parent: string, member: string, ...on: readonly string[]): ChangeSign {
  return { on, id: [`requestParameters.${parent}`, `responseElements.${member}`] };
}

/** The sign, but of what is listed under what it names. */
export function under(kind: string, sign: ChangeSign, more: More = {}): ChangeSign {
  return { ...sign, ...more, under: kind };
}

/** The sign, but of what the vault holds under what it names. */
export function held(sign: ChangeSign, more: More = {}): ChangeSign {
  return { ...sign, ...more, held: true };
}

/** Calls on assets alone, of operations that take other entities too. */
export const onAssets = { when: ['requestParameters.entityType', 'ASSET'] } as const;
