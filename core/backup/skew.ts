/** `begin` refuses to run where its clock is off by more than this, in ms. */
export const mostSkew = 2000;

/** So that the clocks of two writers differ by no more than this, in ms. */
export const mostSkewOfTwo = 2 * mostSkew;
