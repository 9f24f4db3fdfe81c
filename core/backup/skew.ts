/** Nobody writes whose clock is off by more than this, in ms. */
export const mostSkew = 2000;

/** So that the clocks of two writers differ by no more than this, in ms. */
export const mostSkewOfTwo = 2 * mostSkew;

/** The clock of this function is off by more than the vault's order can bear. */
export class ClockSkewError extends Error {
  override readonly name = 'ClockSkewError';
}

/** `offset`: the service's clock minus this one's, in ms, if it is known. Throws ClockSkewError. */
export function refuseSkew(offset: number | undefined): void {
  if (offset === undefined || Math.abs(offset) <= mostSkew) return;
  throw new ClockSkewError(
    `This function's clock is ${offset} ms away from DataZone's: no version is stamped by a clock that is off by more than ${mostSkew} ms`,
  );
}
