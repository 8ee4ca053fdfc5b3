export { startPostgres, type TestPostgres } from './postgres.js';
export { startTestStore, type TestStore } from './test-store.js';
