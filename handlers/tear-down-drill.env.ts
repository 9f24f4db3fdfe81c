export { vaultEnvironment as tearDownDrillEnvironment } from './vault.env';
