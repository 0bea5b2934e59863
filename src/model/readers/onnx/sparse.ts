import { checkElements } from '../../checkElements.js';
import { quote, shapeText } from '../../quote.js';
import { ModelError, type Tensor } from '../../types.js';
import type { SparseTensorProto, TensorProto } from './proto.js';
import { countElements, dimsOf, type StoredTensor } from './tensors.js';

/** Elements of the dense tensor: a few bytes can ask for one that takes forever to read. */
const MOST_ELEMENTS = 2 ** 28;

/**
 * A sparse tensor as the dense one it stands for. Its values and indices are read once, as a whole, when it is first read.
 * @throws ModelError when indices and values do not fit each other.
 */
export function denseTensor(proto: SparseTensorProto, stored: (proto: TensorProto) => StoredTensor): Tensor {
  const name = proto.values?.name ?? '';
  const what = `sparse tensor ${quote(name)}`;
  if (!proto.values || !proto.indices) throw new ModelError(`${what} has no values or no indices: the file is damaged, export it again`);
  const shape = dimsOf(proto.dims, what);
  const elements = countElements(shape, what);
  if (elements > MOST_ELEMENTS) throw new ModelError(`${what} with dims ${shapeText(shape)} is too large to unfold`);
  const values = stored(proto.values);
  const indices = stored(proto.indices);
  const linear = indices.shape.length === 1;
  if (indices.dataType !== 'int64' || indices.elements !== values.elements * (linear ? 1 : shape.length))
    throw new ModelError(
      `${what} has indices ${shapeText(indices.shape)} of ${indices.dataType} for ${values.elements} values: the file is damaged, export it again`,
    );

  const load = async (): Promise<{ places: Float64Array; entries: Float32Array }> => {
    const raw = await indices.raw!.slice(0, indices.elements * 8);
    const data = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const places = new Float64Array(values.elements);
    for (let i = 0; i < places.length; i++) {
      if (linear) places[i] = Number(data.getBigInt64(8 * i, true));
      else
        for (let axis = 0; axis < shape.length; axis++)
          places[i] = places[i] * shape[axis] + Number(data.getBigInt64(8 * (i * shape.length + axis), true));
      if (!(places[i] >= 0 && places[i] < elements))
        throw new ModelError(`${what} has an index outside its dims ${shapeText(shape)}: export it again`);
    }
    return { places, entries: await values.read(0, values.elements) };
  };
  let loaded: ReturnType<typeof load> | null = null;
  return {
    name,
    dataType: values.dataType,
    shape,
    elements,
    byteLength: values.byteLength + indices.byteLength,
    async read(start, end) {
      checkElements(start, end, elements, name);
      const { places, entries } = await (loaded ??= load());
      const out = new Float32Array(end - start);
      places.forEach((place, i) => {
        if (place >= start && place < end) out[place - start] = entries[i];
      });
      return out;
    },
  };
}
