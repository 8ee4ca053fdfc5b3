export type { ComputeMessage, ComputeRequest } from './compute-protocol.js';
export { openSession, Session, type SessionOptions } from './session.js';
export { type Tensor, type TensorData, flag, flags, floats, integers } from './tensor.js';
export { type ComputeAnswer, type ComputeHooks, ComputeSlot, type ComputeSlotOptions } from './compute-slot.js';
export { type ComputeHandler, type HandlerHooks, serveCompute } from './serve-compute.js';
export { collectGarbage, isOutOfMemory } from './out-of-memory.js';
export { measureSpeed, type Speed } from './measure-speed.js';
export { runtimeVersion } from './version.js';
