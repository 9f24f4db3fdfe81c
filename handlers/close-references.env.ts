export { captureScopesEnvironment as closeReferencesEnvironment } from './capture-scopes.env';
