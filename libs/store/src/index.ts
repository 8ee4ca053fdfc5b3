export type { Artifacts } from './artifacts/artifacts.js';
export { migrate } from './migrations/migrate.js';
export { openStore, type OpenStoreOptions } from './open-store.js';
export type * from './store.js';
