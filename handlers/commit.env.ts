export { vaultEnvironment as commitEnvironment } from './vault.env';
