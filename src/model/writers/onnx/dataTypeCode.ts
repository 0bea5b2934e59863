import { elementType } from '../../readers/onnx/elementTypes.js';
import type { DataType } from '../../types.js';

const codes = new Map<DataType, number>();
for (let code = 1; ; code++) {
  const type = elementType(code);
  if (!type) break;
  codes.set(type, code);
}

/** `TensorProto.DataType`'s number of a type. */
export function dataTypeCode(type: DataType): number {
  return codes.get(type)!;
}
