import { float32Scale, magnitude } from './affine.js';
import { absmaxOf, blockCount, eachBlock } from './blocks.js';
import { floatCode, floatRounder, floatValue, namedFloat } from './float.js';
import type { ClipRange, Family, Format, Quantizer } from './types.js';

type Nvfp4Format = Extract<Format, { kind: 'nvfp4' }>;

const size = 16;
const element = namedFloat('fp4e2m1');
const scaleFormat = namedFloat('fp8e4m3fn');

function quantizer(run: Float32Array, clip: ClipRange): Quantizer {
  const whole = magnitude(clip.lo, clip.hi) || absmaxOf(run, 0, run.length);
  const tensorScale = float32Scale(whole / (element.max * scaleFormat.max));
  const roundScale = floatRounder(scaleFormat, 'nearest-even');
  const blockScales = new Float32Array(blockCount(run.length, size));
  eachBlock(run.length, size, (block, start, end) => {
    blockScales[block] = roundScale(Math.fround(Math.fround(absmaxOf(run, start, end) / element.max) / tensorScale));
  });
  const scaleOf = (block: number): number => Math.fround(blockScales[block] * tensorScale);
  const limit = Math.fround(element.max * blockScales.reduce((a, b) => Math.max(a, b), 0) * tensorScale);
  // A block whose scale rounds to zero holds zeros only.
  const scaled = (v: number, scale: number): number => (scale === 0 && !Number.isNaN(v) ? 0 : Math.fround(v / scale));
  return {
    parameters: { tensorScale, blockScales },
    range: { lo: -limit, hi: limit },
    encode: (x, rounding, random) => {
      const codes = new Int32Array(x.length);
      const round = floatRounder(element, rounding, random);
      eachBlock(x.length, size, (block, start, end) => {
        const scale = scaleOf(block);
        for (let i = start; i < end; i++) codes[i] = floatCode(element, round(scaled(x[i], scale)));
      });
      return codes;
    },
    decode: (codes) => {
      const out = new Float32Array(codes.length);
      eachBlock(codes.length, size, (block, start, end) => {
        const scale = scaleOf(block);
        for (let i = start; i < end; i++) out[i] = floatValue(element, codes[i]) * scale;
      });
      return out;
    },
    fakeQuantize: (x, out, rounding, random) => {
      const round = floatRounder(element, rounding, random);
      eachBlock(x.length, size, (block, start, end) => {
        const scale = scaleOf(block);
        for (let i = start; i < end; i++) out[i] = round(scaled(x[i], scale)) * scale;
      });
    },
  };
}

export const nvfp4: Family<Nvfp4Format> = {
  kind: 'nvfp4',
  spellings: ['nvfp4'],
  parse: (text) => (text === 'nvfp4' ? { kind: 'nvfp4' } : null),
  spell: () => 'nvfp4',
  traits: () => ({
    storage: { payload: 4, run: 8, tensor: 32, pad: 1 },
    granularity: { kind: 'block', size },
    choices: { granularity: false, clipping: false, rounding: true },
    rounding: 'nearest-even',
  }),
  codec: () => ({ needs: 'blocks', fit: quantizer }),
  doc: {
    title: 'NVFP4',
    spelling: '`nvfp4`',
    formula: [
      'x̂ = s·(E2M1 nearest to x/s, saturating), s = S·s_b',
      'tensor scale S = max|x| / (6·448), a float32; block scale s_b = E4M3(max|x| of 16 / 6 / S)',
    ],
    source: 'NVIDIA, Introducing NVFP4 (2025); TensorRT Model Optimizer’s NVFP4 weights',
    example: { scheme: 'nvfp4', values: [-1.9, -0.3, 0.1, 0.6, 1] },
  },
};
