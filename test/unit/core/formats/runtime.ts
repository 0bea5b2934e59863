import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** ONNX's numbers of element types; onnx-proto's own list ends before the small ones. */
export const elementType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  fp16: 10,
  bf16: 16,
  fp8e4m3fn: 17,
  fp8e5m2: 19,
  uint4: 21,
  int4: 22,
} as const;

type TypeName = keyof typeof elementType;

/** There and back again: a cast, or a quantization with a scale and a zero point. */
export type Branch =
  | { readonly name: string; readonly cast: TypeName; readonly saturate: boolean }
  | { readonly name: string; readonly quantize: TypeName; readonly scale: number; readonly zeroPoint: number };

const initializer = (name: string, type: number, bytes: Uint8Array): onnx.ITensorProto => ({
  name,
  dataType: type,
  dims: [],
  rawData: bytes,
});

function nodesOf(branch: Branch): { nodes: onnx.INodeProto[]; initializers: onnx.ITensorProto[] } {
  const { name } = branch;
  const attribute = (key: string, i: number): onnx.IAttributeProto => ({ name: key, type: onnx.AttributeProto.AttributeType.INT, i });
  if ('cast' in branch) {
    const small = branch.cast.startsWith('fp8');
    const there = [attribute('to', elementType[branch.cast]), ...(small ? [attribute('saturate', branch.saturate ? 1 : 0)] : [])];
    return {
      nodes: [
        { opType: 'Cast', input: ['x'], output: [`${name}.code`], attribute: there },
        { opType: 'Cast', input: [`${name}.code`], output: [name], attribute: [attribute('to', elementType.float)] },
      ],
      initializers: [],
    };
  }
  const wide = branch.quantize.endsWith('16');
  const zero = wide ? new Uint8Array(Int16Array.of(branch.zeroPoint).buffer) : Uint8Array.of(branch.zeroPoint & 255);
  const parameters = [`${name}.scale`, `${name}.zero`];
  return {
    nodes: [
      { opType: 'QuantizeLinear', input: ['x', ...parameters], output: [`${name}.code`] },
      { opType: 'DequantizeLinear', input: [`${name}.code`, ...parameters], output: [name] },
    ],
    initializers: [
      initializer(parameters[0], elementType.float, new Uint8Array(Float32Array.of(branch.scale).buffer)),
      initializer(parameters[1], elementType[branch.quantize], zero),
    ],
  };
}

/** Runs `x` through every branch in ONNX Runtime, without its optimizer; the result has what came back, by the branch's name. */
export async function roundTrips(branches: readonly Branch[], x: Float32Array): Promise<Record<string, Float32Array>> {
  const parts = branches.map(nodesOf);
  const vector = (name: string): onnx.IValueInfoProto => ({
    name,
    type: { tensorType: { elemType: elementType.float, shape: { dim: [{ dimParam: 'n' }] } } },
  });
  const bytes = onnx.ModelProto.encode({
    irVersion: 10,
    opsetImport: [{ domain: '', version: 21 }],
    graph: {
      name: 'round-trips',
      input: [vector('x')],
      output: branches.map((branch) => vector(branch.name)),
      node: parts.flatMap((part) => part.nodes),
      initializer: parts.flatMap((part) => part.initializers),
    },
  }).finish();
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run({ x: new Tensor('float32', x, [x.length]) });
  return Object.fromEntries(branches.map(({ name }) => [name, results[name].data as Float32Array]));
}
