export { findTemporal, type FindTemporalOptions } from './temporal/find-temporal.js';
export { TEMPORAL_VERSION } from './temporal/temporal-release.js';
export { startStack, type Stack, type StartStackOptions } from './start-stack.js';
