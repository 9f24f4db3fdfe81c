import { rates } from './rates.env';
import { vaultEnvironment } from './vault.env';

/** What a callback that restores needs on top of the vault; AWS_REGION is where it reads the vault. */
export const restoreEnvironment = vaultEnvironment.extend(rates);
