/** What runtimes can run, as far as their own documents say; nothing else is proposed for them. */

interface Offer {
  readonly schemes: readonly string[];
  /** Operators that take them; all when left out. */
  readonly operators?: readonly string[];
}

interface Runtime {
  readonly title: string;
  /** Schemes of weights. */
  readonly weights: readonly Offer[];
  /** Schemes of what layers take in. */
  readonly activations: readonly Offer[];
  /** Operators whose operands and result are to be of one type, and of one range besides. */
  readonly sameType?: readonly string[];
  readonly sameRange?: readonly string[];
  readonly source: string;
}

/** Where to clip is ours to choose whatever runs the codes: at the least error, which shrinks a weight a little, or not at all. */
const clipped = (...parts: readonly string[]): string[] => parts.flatMap((part) => [`${part}/mse`, `${part}/minmax`]);

const matrices = ['MatMul', 'Gemm'];
const convolutions = ['Conv', 'ConvTranspose'];
const sums = ['Add', 'Sub', 'Mul', 'Concat'];

export const runtimes = {
  generic: {
    title: 'any hardware',
    weights: [
      {
        schemes: [
          ...clipped(...[2, 3, 4, 5, 6, 7, 8].map((bits) => `int${bits}/channel`)),
          // A zero point of its own for every channel: few codes are worth more where weights lean to one side.
          ...[2, 3, 4, 5, 6].map((bits) => `uint${bits}/channel/mse`),
          'int16/channel/minmax',
          'fp16',
        ],
      },
    ],
    activations: [{ schemes: [...clipped(...[3, 4, 5, 6, 7, 8].map((bits) => `uint${bits}/tensor`)), 'uint16/tensor/minmax'] }],
    source: 'every width, for hardware that has no table here',
  },
  onnxruntime: {
    title: 'ONNX Runtime, CPU',
    weights: [
      { schemes: [...clipped('int4/channel', 'int8/tensor', 'int8/channel'), 'int16/channel/minmax', 'fp16'] },
      { schemes: clipped('int4/block:32'), operators: ['MatMul'] },
    ],
    activations: [{ schemes: [...clipped('uint8/tensor'), 'uint16/tensor/minmax'] }],
    source:
      'microsoft/onnxruntime docs/OperatorKernels.md: QuantizeLinear and DequantizeLinear 21+ take int4, int8, uint8, int16 and uint16, Cast takes float16; pull request 21054: blocks in front of MatMul become MatMulNBits',
  },
  tensorrt: {
    title: 'TensorRT',
    weights: [
      { schemes: clipped('int8/tensor', 'int8/channel'), operators: [...convolutions, ...matrices] },
      { schemes: clipped('int4/block:128'), operators: matrices },
      { schemes: ['fp16'], operators: [...convolutions, ...matrices] },
    ],
    activations: [{ schemes: clipped('int8/tensor'), operators: [...convolutions, ...matrices] }],
    source:
      'NVIDIA, Working with Quantized Types: symmetric only; INT8 per tensor or channel for weights, per tensor for activations; INT4 for weights only, in blocks',
  },
  openvino: {
    title: 'OpenVINO',
    weights: [
      { schemes: clipped('int8/channel'), operators: [...convolutions, ...matrices] },
      { schemes: [...clipped('int4/channel', 'int4/block:128'), 'nf4/block:128'], operators: matrices },
    ],
    activations: [{ schemes: clipped('uint8/tensor'), operators: [...convolutions, ...matrices] }],
    source:
      'openvinotoolkit/nncf docs/compression_algorithms/CompressWeights.md: INT8 for linear layers and convolutions, INT4_SYM and NF4 per channel or in groups for linear layers only; Quantization.md: 8-bit activations, asymmetric with preset MIXED',
  },
  tflite: {
    title: 'LiteRT (TensorFlow Lite)',
    weights: [
      { schemes: clipped('int8/tensor'), operators: ['Conv', ...matrices] },
      { schemes: clipped('int8/channel'), operators: ['Conv'] },
    ],
    activations: [{ schemes: [...clipped('int8-asym/tensor'), 'int16/tensor/minmax'], operators: ['Conv', ...matrices] }],
    sameType: sums,
    sameRange: ['Concat'],
    source:
      'LiteRT 8-bit quantization specification: weights in −127…127 with zero point 0, per axis for Conv2d and DepthwiseConv2d; activations int8 with a zero point; CONCATENATION: inputs and outputs must all have the same scale and zero point; 16x8 mode: int16 activations with zero point 0',
  },
  coreml: {
    title: 'Core ML',
    weights: [
      { schemes: clipped('int8/tensor', 'int8/channel', 'int4/channel'), operators: [...convolutions, ...matrices] },
      { schemes: clipped('int4/block:32'), operators: matrices },
    ],
    activations: [{ schemes: clipped('int8/tensor'), operators: [...convolutions, ...matrices] }],
    source:
      'coremltools.optimize.coreml.linear_quantize_weights: 4 and 8 bits, per tensor, per channel and, at 4 bits, per block; experimental.linear_quantize_activations: 8 bits, symmetric, per tensor',
  },
  qnn: {
    title: 'QNN through ONNX Runtime',
    weights: [
      { schemes: clipped('int8/tensor'), operators: ['Conv', ...matrices] },
      { schemes: clipped('int4/tensor', 'int4/channel', 'int8/channel'), operators: ['Conv'] },
    ],
    activations: [{ schemes: [...clipped('uint8/tensor'), 'uint16/tensor/minmax'], operators: ['Conv', ...matrices] }],
    sameType: sums,
    source:
      'microsoft/onnxruntime pull requests 17015 and 21171: 8-bit weights of Conv and MatMul, int4 per tensor and per channel for Conv; pull request 19925: activations of 8 or 16 bits in regions of one type',
  },
} as const satisfies Record<string, Runtime>;

export type RuntimeName = keyof typeof runtimes;

export const runtimeNames = Object.keys(runtimes) as RuntimeName[];

type Target = 'weights' | 'activations';

const offersOf = (runtime: RuntimeName, target: Target): readonly Offer[] => runtimes[runtime][target];

/** Every scheme the runtime takes for some operator. */
export const schemesFor = (runtime: RuntimeName, target: Target = 'weights'): string[] => [
  ...new Set(offersOf(runtime, target).flatMap(({ schemes }) => schemes)),
];

/** Whether the runtime takes weights (or activations) of `operator` under `scheme`; `generic` takes all there are. */
export const canRun = (runtime: RuntimeName, scheme: string, operator: string, target: Target = 'weights'): boolean =>
  runtime === 'generic' ||
  offersOf(runtime, target).some(({ schemes, operators }) => schemes.includes(scheme) && (operators?.includes(operator) ?? true));

/** How an operator ties what it takes and gives on a runtime; null where it does not. */
export function tieOf(runtime: RuntimeName, operator: string): 'type' | 'range' | null {
  const { sameType = [], sameRange = [] }: Runtime = runtimes[runtime];
  if (sameRange.includes(operator)) return 'range';
  return sameType.includes(operator) ? 'type' : null;
}
