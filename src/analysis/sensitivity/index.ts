/** What quantizing layers does to a model's outputs: `measureSensitivity` runs the stages; figures are made of the record they leave. */
export { measureSensitivity } from './measure.js';
export type * from './types.js';
