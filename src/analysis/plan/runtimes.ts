/** What runtimes can run, as far as their own documents say; nothing else is proposed for them. */

interface Offer {
  /** Schemes of weights. */
  readonly schemes: readonly string[];
  /** Operators that take them; all when left out. */
  readonly operators?: readonly string[];
}

interface Runtime {
  readonly title: string;
  readonly offers: readonly Offer[];
  readonly source: string;
}

const matrices = ['MatMul', 'Gemm'];
const convolutions = ['Conv', 'ConvTranspose'];
const widths = [2, 3, 4, 5, 6, 7, 8];

export const runtimes = {
  generic: {
    title: 'any hardware',
    offers: [{ schemes: [...widths.map((bits) => `int${bits}/channel/mse`), 'int16/channel/minmax', 'fp16'] }],
    source: 'every width, for hardware that has no table here',
  },
  onnxruntime: {
    title: 'ONNX Runtime, CPU',
    offers: [
      { schemes: ['int4/channel/mse', 'int8/tensor/mse', 'int8/channel/mse', 'int16/channel/minmax', 'fp16'] },
      { schemes: ['int4/block:32/mse'], operators: ['MatMul'] },
    ],
    source:
      'microsoft/onnxruntime docs/OperatorKernels.md: DequantizeLinear 21+ takes int4, int8 and int16, Cast takes float16; pull request 21054: blocks in front of MatMul become MatMulNBits',
  },
  tensorrt: {
    title: 'TensorRT',
    offers: [
      { schemes: ['int8/tensor/mse', 'int8/channel/mse'], operators: [...convolutions, ...matrices] },
      { schemes: ['int4/block:128/mse'], operators: matrices },
      { schemes: ['fp16'], operators: [...convolutions, ...matrices] },
    ],
    source: 'NVIDIA, Working with Quantized Types: symmetric only; INT8 per tensor or channel; INT4 for weights only, in blocks',
  },
  openvino: {
    title: 'OpenVINO',
    offers: [
      { schemes: ['int8/channel/mse'], operators: [...convolutions, ...matrices] },
      { schemes: ['int4/channel/mse', 'int4/block:128/mse', 'nf4/block:128'], operators: matrices },
    ],
    source:
      'openvinotoolkit/nncf docs/compression_algorithms/CompressWeights.md: INT8 for linear layers and convolutions, INT4_SYM and NF4 per channel or in groups for linear layers only',
  },
  tflite: {
    title: 'LiteRT (TensorFlow Lite)',
    offers: [
      { schemes: ['int8/tensor/mse'], operators: ['Conv', ...matrices] },
      { schemes: ['int8/channel/mse'], operators: ['Conv'] },
    ],
    source: 'LiteRT 8-bit quantization specification: weights in −127…127 with zero point 0, per axis for Conv2d and DepthwiseConv2d',
  },
  coreml: {
    title: 'Core ML',
    offers: [
      { schemes: ['int8/tensor/mse', 'int8/channel/mse', 'int4/channel/mse'], operators: [...convolutions, ...matrices] },
      { schemes: ['int4/block:32/mse'], operators: matrices },
    ],
    source: 'coremltools.optimize.coreml.linear_quantize_weights: 4 and 8 bits, per tensor, per channel and, at 4 bits, per block',
  },
  qnn: {
    title: 'QNN through ONNX Runtime',
    offers: [
      { schemes: ['int8/tensor/mse'], operators: ['Conv', ...matrices] },
      { schemes: ['int4/tensor/mse', 'int4/channel/mse', 'int8/channel/mse'], operators: ['Conv'] },
    ],
    source:
      'microsoft/onnxruntime pull requests 17015 and 21171: 8-bit weights of Conv and MatMul, int4 per tensor and per channel for Conv',
  },
} as const satisfies Record<string, Runtime>;

export type RuntimeName = keyof typeof runtimes;

export const runtimeNames = Object.keys(runtimes) as RuntimeName[];

const offersOf = (runtime: RuntimeName): readonly Offer[] => runtimes[runtime].offers;

/** Every scheme the runtime takes for some operator. */
export const schemesFor = (runtime: RuntimeName): string[] => [...new Set(offersOf(runtime).flatMap(({ schemes }) => schemes))];

/** Whether the runtime takes weights of `operator` under `scheme`; `generic` takes all there are. */
export const canRun = (runtime: RuntimeName, scheme: string, operator: string): boolean =>
  runtime === 'generic' ||
  offersOf(runtime).some(({ schemes, operators }) => schemes.includes(scheme) && (operators?.includes(operator) ?? true));
