import type { ModelInput } from '../analysis/pipeline.js';

/** Opens a model file for as long as it is used. */
export type Open = <T>(file: string, use: (input: ModelInput) => Promise<T>) => Promise<T>;
