export { restoreEnvironment as applyRestoreEnvironment } from './restore.env';
