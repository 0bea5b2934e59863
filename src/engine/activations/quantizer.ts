import { codec, type ClipRange, type Quantizer, type Scheme } from '../../core/formats/index.js';
import { quantizeTensor } from '../../core/quantizeTensor.js';
import type { RunTensor } from '../backend/types.js';
import type { ActivationRange } from '../process/protocol.js';
import { around, channelsLast, contractionAxis } from './axis.js';

const NO_VALUES = new Float32Array(0);

/** Quantizes float32 values and back, into an array of their own. */
export type QuantizeActivation = (tensor: RunTensor) => Promise<RunTensor>;

/**
 * How a layer's input is quantized under a scheme. Scales of the whole value and of its channels are those of calibration, the same for all samples;
 * scales of blocks belong to the values at hand, as where such formats are built into hardware, and blocks run along the axis that the layer sums over.
 * @param op the layer's operator, which tells that axis
 */
export function activationQuantizer(scheme: Scheme, range: ActivationRange, op: string): QuantizeActivation {
  const { granularity } = scheme;
  const quantize =
    granularity.kind === 'block'
      ? inBlocks(scheme, range)
      : granularity.kind === 'channel'
        ? byChannel(scheme, range)
        : whole(scheme, range);
  return async (tensor) => {
    const { data, shape } = tensor;
    if (!(data instanceof Float32Array)) return tensor;
    return { ...tensor, data: await quantize(data, around(shape, contractionAxis(op, shape.length))) };
  };
}

type Quantize = (x: Float32Array, shape: ReturnType<typeof around>) => Float32Array | Promise<Float32Array>;

/** A quantizer that is fitted to what calibration saw, not to the values that it takes. */
function fitted({ format }: Scheme, clip: ClipRange, sample: Float32Array): Quantizer {
  const { needs, fit } = codec(format);
  return fit(needs === 'values' ? sample : NO_VALUES, clip);
}

function whole(scheme: Scheme, { clip, sample = NO_VALUES }: ActivationRange): Quantize {
  const quantizer = fitted(scheme, clip, sample);
  return (x) => {
    const out = new Float32Array(x.length);
    quantizer.fakeQuantize(x, out, scheme.rounding);
    return out;
  };
}

/** @throws RangeError when the value has another number of channels than it had in calibration. */
function byChannel(scheme: Scheme, { clip, clips, sample = NO_VALUES }: ActivationRange): Quantize {
  if (!clips) return whole(scheme, { clip, sample });
  const each = sample.length / clips.length;
  const quantizers = clips.map(([lo, hi], c) => fitted(scheme, { lo, hi }, sample.subarray(c * each, (c + 1) * each)));
  return (x, { outer, channels, inner }) => {
    if (channels !== clips.length) throw new RangeError(`a value of ${channels} channels had ${clips.length} when it was calibrated`);
    const out = new Float32Array(x.length);
    for (let o = 0, at = 0; o < outer; o++)
      for (let c = 0; c < channels; c++, at += inner)
        quantizers[c].fakeQuantize(x.subarray(at, at + inner), out.subarray(at, at + inner), scheme.rounding);
    return out;
  };
}

function inBlocks(scheme: Scheme, { clip }: ActivationRange): Quantize {
  const { format, rounding, granularity } = scheme;
  const { needs, fit } = codec(format);
  const size = granularity.kind === 'block' ? granularity.size : 1;
  return async (x, shape) => {
    const rows = channelsLast(x, shape);
    const width = shape.channels;
    const height = width === 0 ? 0 : x.length / width;
    // Rows of whole blocks are as one.
    const [count, length] = width % size === 0 ? [1, x.length] : [height, width];
    if (needs !== 'blocks') return channelsLast(await quantizeTensor(rows, [count, length], 0, scheme), shape, true);
    const out = new Float32Array(x.length);
    for (let row = 0; row < count; row++) {
      const [from, to] = [row * length, (row + 1) * length];
      fit(rows.subarray(from, to), clip).fakeQuantize(rows.subarray(from, to), out.subarray(from, to), rounding);
    }
    return channelsLast(out, shape, true);
  };
}
