export { vaultEnvironment as proveEnvironment } from './vault.env';
