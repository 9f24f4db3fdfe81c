import type { ChangeSign } from './change-signs';
import type { DomainVersion, Kind } from './kind';
import { membershipActions } from './membership';
import { kindsOf } from './registry';

/** The two ways by which a domain tells of changes: events of its own, and calls that CloudTrail records. */
export type ChangeChannel = 'events' | 'calls';

/** A sign, and the kind that declares it. */
export interface KindSign {
  readonly kind: Kind;
  readonly sign: ChangeSign;
}

/** What each event of a channel is a sign of, by its detail-type or operation. */
export function signsOf(
  kinds: readonly Kind[],
  channel: ChangeChannel,
): ReadonlyMap<string, readonly KindSign[]> {
  const found = new Map<string, KindSign[]>();
  for (const kind of kinds) {
    for (const sign of kind[channel]) {
      for (const name of sign.on) found.set(name, [...(found.get(name) ?? []), { kind, sign }]);
    }
  }
  return found;
}

/** Detail-types of `aws.datazone`, or operations of CloudTrail, that are a sign of something. Sorted. */
export function changeNames(version: DomainVersion, channel: ChangeChannel): string[] {
  return [...signsOf(kindsOf(version), channel).keys()].sort();
}

/** Names of the kinds of which one of the channels tells something. */
export function changeKinds(version: DomainVersion, channels: readonly ChangeChannel[]): string[] {
  return kindsOf(version)
    .filter((kind) => channels.some((channel) => kind[channel].length > 0))
    .map(({ name }) => name);
}

/**
 * IAM actions that capturing changes needs: to read single resources, what is listed under one, and whether the reader
 * may. Sorted.
 */
export function changeActions(version: DomainVersion): string[] {
  const kinds = kindsOf(version).filter(({ events, calls }) => events.length + calls.length > 0);
  return [...new Set([...kinds.flatMap(actionsOf), ...membershipActions])].sort();
}

const lists = /^(datazone:)?(List|Search)/;

function actionsOf({ actions, channels, events, calls }: Kind): readonly string[] {
  const isListed = [...events, ...calls].some(({ under }) => under !== undefined);
  const hasNoGet = channels.every(({ operation }) => lists.test(operation));
  return isListed || hasNoGet ? actions : actions.filter((action) => !lists.test(action));
}
