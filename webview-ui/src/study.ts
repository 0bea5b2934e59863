/** Asking the extension about one layer. */
import type { StudyMethods } from '../../src/rpc/study.js';

export type LayerStudy = <K extends keyof StudyMethods>(
  method: K,
  params: StudyMethods[K]['params'],
  signal: AbortSignal,
) => Promise<StudyMethods[K]['result']>;
