import { sliceOf } from './slice';

/** A prime: whatever the whole number of half-days between two runs is, all slices come up, unless it divides by it. */
const slices = 13;
const halfDay = 12 * 3600 * 1000;

/**
 * Has a resource its turn to be read anew, though the list that names it tells of no change? A list may not tell of
 * every change, so that each run reads one slice of 13 by itself: the resources whose hash of the id has, modulo 13,
 * the remainder of the half-days from 1970 to the run's start. A backup every 12 hours comes round in a week, a daily
 * one in two.
 */
export function hasItsTurn(id: string, startedAt: string): boolean {
  return sliceOf(id, slices) === Math.floor(Date.parse(startedAt) / halfDay) % slices;
}
