export { freePort } from './free-port.js';
export { startStack, type Stack, type StartStackOptions } from './start-stack.js';
export { findTemporal, type FindTemporalOptions } from './temporal/find-temporal.js';
