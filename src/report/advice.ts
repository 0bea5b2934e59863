import type { Advice } from './types.js';

/** What the suggested scheme keeps of what it was chosen by: of the outputs when the model was run, else of the weight itself. dB; null for no error. */
export const keptDb = ({ sqnrDb, outputSqnrDb }: Advice): number | null => (outputSqnrDb === undefined ? sqnrDb : outputSqnrDb);
