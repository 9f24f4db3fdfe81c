export { restoreEnvironment as verifyRestoreEnvironment } from './restore.env';
