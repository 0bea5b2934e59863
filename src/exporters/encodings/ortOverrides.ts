import type { ByteSource, OpenSibling } from '../../model/types.js';
import { quote } from '../../model/quote.js';
import { ExportError } from '../exportError.js';
import type { QdqLayer } from '../qdq/index.js';
import { encodingsOf, type Dialect, type Encoding } from './encodings.js';
import type { TextExport } from './textExport.js';

/** `onnxruntime.quantization.QuantType`. */
const quantTypes: Readonly<Record<string, string>> = {
  int4: 'QInt4',
  uint4: 'QUInt4',
  int8: 'QInt8',
  uint8: 'QUInt8',
  int16: 'QInt16',
  uint16: 'QUInt16',
};

const dialect: Dialect = { title: "ONNX Runtime's quantizer", types: Object.keys(quantTypes), blocks: false };

/** What one channel, or the tensor, is quantized with. */
interface Override {
  readonly quant_type?: string;
  readonly axis?: number;
  readonly scale: number;
  readonly zero_point: number;
}

/**
 * `TensorQuantOverrides` of ONNX Runtime's static quantizer: for every tensor one dictionary, or one for each channel, the first of which names the axis.
 * The quantizer's own runner reads such files, with one type for all weights and one for all activations; the type is written only where a plan has
 * several.
 *
 * Source: onnxruntime/python/tools/quantization: quantize.py (`TensorQuantOverrides`), tensor_quant_overrides.py, static_quantize_runner.py.
 * @throws ExportError when it cannot say what the plan asks for.
 */
export async function ortOverrides(source: ByteSource, siblings: OpenSibling, layers: readonly QdqLayer[]): Promise<TextExport> {
  const { list, left, notes } = await encodingsOf(source, siblings, layers, dialect);
  for (const { name, kind, initializer } of list)
    if (kind === 'weight' && !initializer)
      throw new ExportError(
        `the weight ${quote(name)} is no initializer, which is all that ONNX Runtime's quantizer takes: run onnxruntime.quantization.preprocess on the model and plan its output`,
      );
  const typesOf = (kind: Encoding['kind']): string[] => [
    ...new Set(list.filter((one) => one.kind === kind).map(({ type }) => quantTypes[type])),
  ];
  const [weightTypes, activationTypes] = [typesOf('weight'), typesOf('activation')];
  const mixed = weightTypes.length > 1 || activationTypes.length > 1;
  const overrides: Record<string, Override[]> = {};
  for (const { name, type, scales, zeroPoints, axis } of list)
    overrides[name] = Array.from(scales, (scale, i) => ({
      ...(mixed ? { quant_type: quantTypes[type] } : {}),
      ...(axis !== null && i === 0 ? { axis } : {}),
      scale,
      zero_point: zeroPoints[i],
    }));
  const excluded = [...new Set(left.map(({ node }) => node))];
  return {
    text: `${JSON.stringify(overrides, null, 2)}\n`,
    notes: [
      ...notes,
      mixed
        ? 'the plan mixes types, so each override names its QuantType: after json.load, turn quant_type into QuantType.from_string(…) and scale and zero_point into numpy arrays'
        : `for static_quantize_runner.py: --tensor_quant_overrides FILE --per_channel --weight_type ${flag(weightTypes[0] ?? 'QInt8')} --activation_type ${flag(activationTypes[0] ?? 'QUInt8')}`,
      ...(activationTypes.length === 0
        ? ['the plan leaves activations as they are; the static quantizer calibrates and quantizes them all the same']
        : []),
      ...(excluded.length > 0
        ? [
            excluded.includes('')
              ? 'some layers that stay float have nodes without a name, which nodes_to_exclude cannot tell'
              : `to leave float layers alone, pass nodes_to_exclude=${JSON.stringify(excluded)}`,
          ]
        : []),
    ],
  };
}

const flag = (type: string): string => type.toLowerCase();
