/**
 * What a model is fed. `openInputs` takes the user's files, `syntheticInputs` makes samples up; both give an `InputSet`, which is read in the
 * ranges of `planRuns`. `survey` reads it once for what must be told before a run. `readLabels` gives the classes of its samples.
 */
export { readLabels } from './labels.js';
export { openInputs, type OpenOptions } from './open.js';
export { limitSamples, planRuns } from './runs.js';
export { countNonFinite, survey } from './screen.js';
export { syntheticInputs } from './synthetic.js';
export { InputError } from './types.js';
export type { InputSet, InputTensors } from './types.js';
