import type { Difference } from './difference';

/** An action ends so, and the others go on. */
export class ActionFailed extends Error {
  override readonly name = 'ActionFailed';
  constructor(
    readonly outcome: 'FAILED' | 'CONFLICT',
    message: string,
  ) {
    super(message);
  }
}

export function stillDiffers(found: readonly Difference[]): ActionFailed {
  const paths = found.map(({ path }) => path).join(', ');
  return new ActionFailed('FAILED', `the target took the change, and still differs in ${paths}`);
}
