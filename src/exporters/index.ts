import type { ByteSource, OpenSibling } from '../model/types.js';
import { aimetEncodings } from './encodings/aimet.js';
import { ortOverrides } from './encodings/ortOverrides.js';
import type { TextExport } from './encodings/textExport.js';
import type { QdqLayer } from './qdq/index.js';

export { qdqLayers, qdqModel, type QdqLayer, type QdqModel } from './qdq/index.js';

/** What a plan can be written as for other tools, one writer for each. */
export const encodingWriters: Readonly<
  Record<string, (source: ByteSource, siblings: OpenSibling, layers: readonly QdqLayer[]) => Promise<TextExport>>
> = {
  'ort-overrides': ortOverrides,
  'aimet-2': aimetEncodings,
};

export { reportPage, reportWriters, type ReportDocument } from './report/index.js';
