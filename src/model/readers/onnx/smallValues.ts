import { isNumeric } from '../../dataTypes.js';
import { MOST_ELEMENTS } from '../../shapes/value.js';
import type { StoredTensor } from './tensors.js';

/** The elements of a small tensor as numbers, integers exact up to 2^53; null for large ones and those that hold no numbers. */
export async function smallValues(tensor: StoredTensor): Promise<readonly number[] | null> {
  if (tensor.elements > MOST_ELEMENTS || !isNumeric(tensor.dataType)) return null;
  if (tensor.dataType !== 'int64' || !tensor.raw) return [...(await tensor.read(0, tensor.elements))];
  const bytes = await tensor.raw.slice(0, tensor.elements * 8);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: tensor.elements }, (_, i) => Number(data.getBigInt64(i * 8, true)));
}
