import type { ByteSource, OpenSibling } from '../../model/types.js';
import type { QdqLayer } from '../qdq/index.js';
import { encodingsOf, type Dialect } from './encodings.js';
import type { TextExport } from './textExport.js';

const dialect: Dialect = {
  title: 'AIMET',
  types: ['int2', 'uint2', 'int4', 'uint4', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'float8e4m3fn', 'float8e5m2'],
  blocks: true,
};

type Nested = number | readonly Nested[];

/** Numbers in the nested lists of a shape; a single one by itself. */
function nested(values: ArrayLike<number>, shape: readonly number[]): Nested {
  const build = (depth: number, start: number, size: number): Nested => {
    if (depth === shape.length) return values[start];
    const inner = size / shape[depth];
    return Array.from({ length: shape[depth] }, (_, i) => build(depth + 1, start + i * inner, inner));
  };
  return build(0, 0, values.length);
}

/**
 * Encodings for AIMET 2 and the QNN converters, version 2.0.0: one entry for each tensor, with the inputs and attributes of its `QuantizeLinear`.
 *
 * Source: AIMET, Docs/techniques/encoding_spec.rst, "Version 2.0.0".
 * @throws ExportError when it cannot say what the plan asks for.
 */
export async function aimetEncodings(source: ByteSource, siblings: OpenSibling, layers: readonly QdqLayer[]): Promise<TextExport> {
  const { list, left, notes } = await encodingsOf(source, siblings, layers, dialect);
  const encodings = list.map(({ name, type, scales, zeroPoints, scaleShape, axis, block }) => ({
    name,
    output_dtype: type,
    y_scale: nested(scales, scaleShape),
    ...(zeroPoints.some((zero) => zero !== 0) ? { y_zero_point: nested(zeroPoints, scaleShape) } : {}),
    ...(axis === null ? {} : { axis }),
    ...(block > 0 ? { block_size: block } : {}),
  }));
  return {
    text: `${JSON.stringify({ version: '2.0.0', encodings }, null, 2)}\n`,
    notes: [
      ...notes,
      ...(left.length > 0
        ? [`${left.length} of ${layers.length} layers have no encoding and stay float: QNN's converters need --float_fallback for that`]
        : []),
    ],
  };
}
