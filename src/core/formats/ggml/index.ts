import type { Codec, Family, Format, Quantizer } from '../types.js';
import { padded, type BlockType } from './block.js';
import { iq4_nl } from './iq4nl.js';
import { q4_k, q6_k } from './k.js';
import { q4_0, q4_1, q5_0, q8_0 } from './simple.js';

type GgmlFormat = Extract<Format, { kind: 'ggml' }>;

const types: Readonly<Record<GgmlFormat['type'], BlockType>> = { q4_0, q4_1, q5_0, q8_0, q4_k, q6_k, iq4_nl };

function quantizer(type: BlockType, run: Float32Array): Quantizer {
  const blocks = Math.ceil(run.length / type.size);
  const scales = new Float32Array(blocks * type.slots);
  const whole = padded(run, type.size);
  let lo = 0;
  let hi = 0;
  for (let b = 0; b < blocks; b++) {
    type.fit(whole, b * type.size, scales, b * type.slots);
    const ends = type.limits(scales, b * type.slots);
    lo = Math.min(lo, ...ends);
    hi = Math.max(hi, ...ends);
  }
  const encodeWhole = (x: Float32Array): Int32Array => {
    const source = x === run ? whole : padded(x, type.size);
    const codes = new Int32Array(source.length);
    for (let b = 0; b < blocks; b++) type.encode(source, b * type.size, scales, b * type.slots, codes);
    return codes;
  };
  const decode = (codes: Int32Array): Float32Array => {
    const all = new Int32Array(blocks * type.size);
    all.set(codes);
    const out = new Float32Array(all.length);
    for (let b = 0; b < blocks; b++) type.decode(all, b * type.size, scales, b * type.slots, out);
    return out.subarray(0, codes.length);
  };
  return {
    parameters: Object.fromEntries(
      type.names.map((name, slot) => [name, Float32Array.from({ length: blocks }, (_, b) => scales[b * type.slots + slot])]),
    ),
    range: { lo, hi },
    encode: (x) => encodeWhole(x).subarray(0, x.length),
    decode,
    fakeQuantize: (x, out) => {
      const values = decode(encodeWhole(x));
      for (let i = 0; i < x.length; i++) out[i] = Number.isNaN(x[i]) ? NaN : values[i];
    },
  };
}

function codec({ type }: GgmlFormat): Codec {
  return { needs: 'blocks', fit: (run) => quantizer(types[type], run) };
}

export const ggml: Family<GgmlFormat> = {
  kind: 'ggml',
  spellings: Object.keys(types),
  parse: (text) => (text in types ? { kind: 'ggml', type: text as GgmlFormat['type'] } : null),
  spell: ({ type }) => type,
  traits: ({ type }) => {
    const { size, bits, scaleBits } = types[type];
    return {
      storage: { payload: bits, run: scaleBits, tensor: 0, pad: size },
      granularity: { kind: 'block', size },
      choices: { granularity: false, clipping: false, rounding: false },
      rounding: 'nearest-even',
    };
  },
  codec,
  doc: {
    title: 'GGML',
    spelling: '`q4_0`, `q4_1`, `q5_0`, `q8_0`, `q4_k`, `q6_k`, `iq4_nl`',
    formula: [
      '`q4_0`, `q5_0`: x̂ = d·(q − 2^(b−1)), d = (the value of largest magnitude)/−2^(b−1), a float16 per 32',
      '`q4_1`: x̂ = d·q + m, d = (max − min)/15, m = min, float16',
      '`q8_0`: x̂ = d·q, d = max|x|/127',
      '`q4_k`: x̂ = d·s·q − d_min·o per 32 of a block of 256, 6-bit s and o, by a weighted search over 21 scales',
      '`q6_k`: x̂ = d·s·(q − 32) per 16 of a block of 256, 8-bit s, by a weighted search over 19 scales',
      '`iq4_nl`: x̂ = d·k, k one of 16 levels −127 … 113, by a weighted search over 15 scales',
      'a run is padded with zeros to whole blocks; no importance matrix',
    ],
    source: 'ggml, `ggml-quants.c` (the `_ref` quantizers; `quantize_iq4_nl`)',
    example: { scheme: 'q4_0', values: [-1, -0.3, 0.1, 0.25, 0.7] },
  },
};
