export { fetchFile } from './fetch/fetch-file.js';
export { fetchWheel } from './fetch/fetch-wheel.js';
export { startStack, type Stack, type StartStackOptions } from './start-stack.js';
export { findTemporal, type FindTemporalOptions } from './temporal/find-temporal.js';
