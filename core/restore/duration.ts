import type { Kind } from '../catalog/kind';
import { type Action, writes } from './action';
import { restoreRates } from './rates';
import { countRequests } from './requests';

/** How long a wave takes at least: its slowest operation decides. */
export interface WaveDuration {
  readonly wave: number;
  /** Actions that change the target. */
  readonly actions: number;
  readonly slowest: string;
  readonly seconds: number;
}

/** The waves of a plan that change the target; `share`: per cent of the published rates. */
export function durationsOf(
  actions: Iterable<Action>,
  kinds: readonly Kind[],
  share: number,
): readonly WaveDuration[] {
  const waves = new Map<number, { actions: number; readonly requests: Record<string, number> }>();
  for (const action of actions) {
    if (!writes(action)) continue;
    const ofWave = waves.get(action.wave) ?? { actions: 0, requests: {} };
    ofWave.actions++;
    countRequests(ofWave.requests, action, kinds);
    waves.set(action.wave, ofWave);
  }
  return [...waves].map(([wave, ofWave]) => {
    const times = Object.entries(ofWave.requests).map(
      ([operation, requests]) => [operation, secondsOf(operation, requests, share)] as const,
    );
    const [slowest, seconds] = times.sort(([, one], [, other]) => other - one)[0] ?? ['', 0];
    return { wave, actions: ofWave.actions, slowest, seconds };
  });
}

function secondsOf(operation: string, requests: number, share: number): number {
  const rates: Readonly<Record<string, number | undefined>> = restoreRates;
  const rate = rates[operation];
  return rate === undefined ? 0 : (requests * 100) / (rate * share);
}
