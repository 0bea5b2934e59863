/**
 * Running a model: `startPool` starts engine processes (`startEngine`) that hold it in pieces, and asks them what quantizing its layers does to its
 * outputs. `localEngine` answers in this thread.
 */
export type { BackendChoice } from './backend/types.js';
export { preferredBatch } from './batch.js';
export { wilson, type Difference } from './metrics/outputs.js';
export { startPool, type EnginePool, type PoolOptions } from './pool.js';
export { EngineGoneError, startEngine, type EngineProcess } from './process/engineProcess.js';
export { localEngine } from './process/localEngine.js';
export type * from './process/protocol.js';
