import type { ChangeSign } from '../../core/catalog/change-signs';
import { kinds } from '../../core/catalog/registry';
import { code, table } from './markdown';

/** For each kind what tells of its changes, and how soon they are in the vault without and with a trail. */
export function changeTable(): string {
  return table(
    ['Kind', 'Events of DataZone', 'Calls in CloudTrail', 'Without a trail', 'With a trail'],
    kinds.map(({ name, events, calls }) => [
      code(name),
      namesOf(events).join(', '),
      namesOf(calls).map(code).join(', '),
      events.length > 0 ? 'seconds, for what has an event' : 'the next backup',
      calls.length > 0 ? 'seconds' : events.length > 0 ? 'seconds, for what has an event' : 'the next backup',
    ]),
  );
}

function namesOf(signs: readonly ChangeSign[]): string[] {
  return [...new Set(signs.flatMap(({ on }) => on))].sort();
}
