import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import type { Slice } from '../core/vault/table';

const hours = { h: 1, d: 24 } as const;

/**
 * An instant: ISO 8601, `now`, `yesterday` (24 hours ago), or how long ago in hours or days (`6h`, `7d`).
 * Gives ISO 8601 with milliseconds, in UTC.
 */
export function instant(text: string, now = Date.now()): string {
  const [, count, unit] = /^(\d+)([hd])$/.exec(text === 'yesterday' ? '1d' : text) ?? [];
  if (text === 'now') return new Date(now).toISOString();
  if (unit !== undefined) {
    return new Date(now - Number(count) * hours[unit as keyof typeof hours] * 3600_000).toISOString();
  }
  const parsed = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(parsed)) return new Date(parsed).toISOString();
  throw new InvalidArgumentError(
    'Give a time such as 2026-01-31T09:30:00.000Z, or now, yesterday, 6h or 7d ago.',
  );
}

/** `n/t`: the n-th of t equal parts. */
export function slice(text: string): Slice {
  const [, number, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (number !== undefined && Number(number) >= 1 && Number(number) <= Number(of)) {
    return { number: Number(number), of: Number(of) };
  }
  throw new InvalidArgumentError('Give n/t with n from 1 to t, such as 1/7.');
}

/** The words of whoever decides, for those who look at it later. */
export function withReason(command: Command): Command {
  return command
    .addOption(new Option('--reason <text>', 'why, for those who look at it later').makeOptionMandatory())
    .option('--by <name>', 'who', userInfo().username);
}

export const reasonSchema = z.object({ reason: z.string(), by: z.string() });
