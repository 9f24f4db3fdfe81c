import * as z from 'zod';
import type { Page } from '../catalog/kind';

/** A scope, or one list of it, could not be read to its end; the message says why. */
export class IncompleteSweepError extends Error {
  override readonly name = 'IncompleteSweepError';
}

/** A scope is swept this often before it counts as unreadable. */
export const mostSweeps = 3;

export const sweepSchema = z.object({
  /** Counts from 1. */
  number: z.number().int().positive(),
  /** When it began, ms since the epoch. */
  since: z.number(),
  /** Distinct resources that earlier sweeps had met. */
  seenBefore: z.number().int(),
  pages: z.number().int(),
  met: z.number().int(),
  /** What the service's first page said that there are in all. */
  total: z.number().int().optional(),
  /** False once something came to light that may have moved entries between pages. */
  quiet: z.boolean(),
});
export type Sweep = z.infer<typeof sweepSchema>;

export function newSweep(number: number, since: number, seenBefore: number): Sweep {
  return { number, since, seenBefore, pages: 0, met: 0, quiet: true };
}

/**
 * The sweep with one more page. `sawNews`: the page held something that the vault did not have, and that may have
 * come to the index since the sweep began.
 */
export function withPage(sweep: Sweep, page: Page, sawNews: boolean): Sweep {
  const total = sweep.total ?? page.total;
  const moved = page.total !== undefined && page.total !== total;
  return {
    ...sweep,
    pages: sweep.pages + 1,
    met: sweep.met + page.readings.length + (page.listed?.length ?? 0),
    quiet: sweep.quiet && !sawNews && !moved,
    ...(total === undefined ? {} : { total }),
  };
}

/**
 * Has a sweep that came to its last page met everything, `seen` resources with the sweeps before it? Cursors may be
 * offsets: what is deleted or rewritten behind one pulls entries past it. So a sweep of several pages during which
 * something moved is made again, until one meets nothing new.
 */
export function hasMetAll(sweep: Sweep, seen: number, total: number | undefined): boolean {
  if (total !== undefined && seen < total) return false;
  if (sweep.pages === 1 || sweep.number === mostSweeps) return true;
  if (sweep.quiet && (total === undefined || sweep.met === total)) return true;
  return sweep.number > 1 && seen === sweep.seenBefore;
}
