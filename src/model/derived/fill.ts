import { checkElements } from '../checkElements.js';
import type { DataType, Tensor } from '../types.js';

/** A tensor with one value everywhere; it takes no bytes in the file. */
export function filled(name: string, dataType: DataType, shape: readonly number[], elements: number, value: number): Tensor {
  return {
    name,
    dataType,
    shape,
    elements,
    byteLength: 0,
    read(start, end) {
      checkElements(start, end, elements, name);
      return Promise.resolve(new Float32Array(end - start).fill(value));
    },
  };
}
