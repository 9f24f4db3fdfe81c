export { restoreEnvironment as planRestoreEnvironment } from './restore.env';
