/** What a model is fed: the user's files, or made-up samples. */
export { readLabels } from './labels.js';
export { openInputs, type OpenOptions } from './open.js';
export type { ImageOptions } from './images/preprocess.js';
export { limitSamples, planRuns } from './runs.js';
export { countNonFinite, survey, type NonFinite, type Survey } from './screen.js';
export { syntheticInputs, type SyntheticOptions } from './synthetic.js';
export { InputError, type InputSet, type InputTensor, type InputTensors, type NumberArray, type SampleRange } from './types.js';
