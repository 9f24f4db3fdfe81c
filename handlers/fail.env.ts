export { vaultEnvironment as failEnvironment } from './vault.env';
