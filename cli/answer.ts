/** What a command found out: the same for people and for programs. */
export interface Answer {
  /** For programs: one JSON object or array. */
  readonly json: unknown;
  /** For people. */
  readonly text: string;
  /** True where the command looked for a difference or damage, and found one. */
  readonly found?: boolean;
}

/** How a command ends; part of the tool's contract. */
export const exitCodes = {
  ok: 0,
  /** A difference, damage, or something unproven was found. */
  found: 1,
  /** The command, an option or its value is wrong, or what is asked for is not possible as things stand. */
  usage: 2,
  /** The vault cannot be reached, or something else went wrong. */
  failed: 3,
} as const;

/** An option or argument is wrong; the message names it, its value and what to give in its place. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
