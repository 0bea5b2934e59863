import { describe, expect, test } from 'vitest';
import { expandSchemes, parseScheme, SchemeError, splitList } from '../../../../src/core/formats/index.js';

const message = (text: string): string => {
  try {
    return `accepted as ${parseScheme(text).text}`;
  } catch (error) {
    if (error instanceof SchemeError) return error.message;
    throw error;
  }
};

describe('canonical spelling', () => {
  test.each([
    ['int8', 'int8/tensor/minmax'],
    ['INT8/Channel', 'int8/channel/minmax'],
    ['int8/mse', 'int8/tensor/mse'],
    ['int8-sym-narrow/tensor/minmax', 'int8/tensor/minmax'],
    ['int8-asym-full', 'int8-asym/tensor/minmax'],
    ['int8-full', 'int8-full/tensor/minmax'],
    ['uint8-sym', 'uint8-sym/tensor/minmax'],
    ['uint8-asym', 'uint8/tensor/minmax'],
    ['uint8/tensor/percentile', 'uint8/tensor/percentile'],
    ['uint8/tensor/percentile:99.999', 'uint8/tensor/percentile'],
    ['uint8/tensor/percentile:99.9', 'uint8/tensor/percentile:99.9'],
    ['int4/block:32/fixed:-1..1.5/stochastic', 'int4/block:32/fixed:-1..1.5/stochastic'],
    ['int4/block:032/fixed:-0..6', 'int4/block:32/fixed:0..6'],
    ['bf16', 'bf16'],
    ['bf16/toward-zero', 'bf16/toward-zero'],
    ['bf16/nearest-even', 'bf16'],
    ['fp16-ieee', 'fp16-ieee'],
    ['fp8e4m3fn', 'fp8e4m3fn/tensor/minmax'],
    ['float<5,10>', 'fp16'],
    ['float<4,3>', 'float<4,3>/tensor/minmax'],
    ['float<6,9>', 'float<6,9>'],
  ])('%s is %s', (text, canonical) => {
    const scheme = parseScheme(text);
    expect(scheme.text).toBe(canonical);
    expect(parseScheme(scheme.text)).toEqual(scheme);
  });
});

test.each([
  'int8/tensor/minmax',
  'uint8/tensor/percentile',
  'int4/channel/mse',
  'int4/block:32/minmax',
  'fixed<8,dynamic>/tensor/minmax',
  'bf16',
  'fp8e4m3fn/tensor/minmax',
  'mxfp4',
  'nf4/block:64',
  'binary/channel',
  'ternary/channel',
  'codebook:16/tensor',
  'cut<bf16,3,floor>',
  'cut<fixed<16,12>,4,floor>',
  'pow2<4>/channel/mse',
  'q4_k',
  'mxfp4-ceil/stochastic',
])('the documented scheme %s is canonical', (text) => {
  expect(parseScheme(text).text).toBe(text);
});

describe('errors name the wrong part and the nearest spelling', () => {
  test.each([
    ['imt8/tensor', 'format "imt8" is not known; did you mean "int8"?'],
    ['int17', 'format "int17" has a width outside 1…16 bits; did you mean "int16"?'],
    ['bf61', 'format "bf61" is not known; did you mean "bf16"?'],
    ['', 'format "" is empty; did you mean "int8"?'],
    ['int8/chanel/mse', 'granularity "chanel" is not known; did you mean "channel"?'],
    ['int8/block:0', 'granularity "block:0" has a size outside 1…16777216; did you mean "block:32"?'],
    ['int8/tensor/minmix', 'clipping "minmix" is not known; did you mean "minmax"?'],
    ['int8/tensor/percentile:200', 'clipping "percentile:200" is not a percentile above 50 and up to 100; did you mean "percentile:99.9"?'],
    ['int8/tensor/fixed:1..0', 'clipping "fixed:1..0" is not a range lo..hi that holds 0; did you mean "fixed:-1..1"?'],
    ['int8/tensor/minmax/nearest', 'rounding "nearest" is not known; did you mean "nearest-even"?'],
    ['bf16/channel', 'granularity "channel" does not apply to bf16, which has its own; did you mean "bf16"?'],
    ['bf16/mse', 'clipping "mse" does not apply to bf16; did you mean "bf16"?'],
    ['flaot<5,9>', 'format "flaot<5,9>" is not known; did you mean "float<5,9>"?'],
    ['float<9,9>', 'format "float<9,9>" needs 1…8 exponent and 1…23 mantissa bits; did you mean "float<8,9>"?'],
    ['int8\n/tensor', 'accepted as int8/tensor/minmax'],
    ['cut<nf4,1,floor>', 'format "cut<nf4,1,floor>" cannot cut bits of nf4; did you mean "cut<bf16,1,floor>"?'],
    ['cut<bf16,9,floor>', 'format "cut<bf16,9,floor>" can drop 1…7 bits; did you mean "cut<bf16,7,floor>"?'],
    ['cut<bf16,3,foor>', 'format "cut<bf16,3,foor>" cuts in no known way ("foor"); did you mean "cut<bf16,3,floor>"?'],
    ['cut<cut<bf16,1>,1>', 'format "cut<cut<bf16,1>,1>" cuts what is cut already; did you mean "cut<bf16,3,floor>"?'],
    ['cut<bf17,3,floor>', 'format "bf17" is not known; did you mean "bf16"?'],
    ['codebook:1', 'format "codebook:1" has a size outside 2…256; did you mean "codebook:2"?'],
    ['codebok:16', 'format "codebok:16" is not known; did you mean "codebook:16"?'],
    ['fixed<8,dinamic>', 'format "fixed<8,dinamic>" is not known; did you mean "fixed<8,dynamic>"?'],
    ['fixed<64,12>', 'format "fixed<64,12>" has a width outside 2…32 bits; did you mean "fixed<32,12>"?'],
    ['fixed<8,999>', 'format "fixed<8,999>" has a fraction outside -96…126; did you mean "fixed<8,126>"?'],
    ['fixed<8,4>/tensor', 'granularity "tensor" does not apply to fixed<8,4>, which has its own; did you mean "fixed<8,4>"?'],
    ['pow2<1>', 'format "pow2<1>" has a width outside 2…8 bits; did you mean "pow2<2>"?'],
    ['direct1', 'format "direct1" has a width outside 2…16 bits; did you mean "direct2"?'],
    ['prune<-1>', 'format "prune<-1>" needs a positive threshold; did you mean "prune<0.01>"?'],
    ['q4_K_M', 'format "q4_K_M" is not known; did you mean "q4_k"?'],
    ['mxfp4/block:32', 'granularity "block:32" does not apply to mxfp4, which has its own; did you mean "mxfp4"?'],
    ['nf4/block:64/mse', 'clipping "mse" does not apply to nf4; did you mean "nf4/block:64"?'],
    ['binary/channel/floor', 'rounding "floor" does not apply to binary; did you mean "binary/channel"?'],
    [
      'int8/tensor/minmax/floor/floor',
      'scheme "int8/tensor/minmax/floor/floor" goes on after its rounding with "floor"; did you mean "int8/tensor/minmax/floor"?',
    ],
    ['in\nt8', 'format "in?t8" is not known; did you mean "int8"?'],
  ])('%j', (text, expected) => {
    expect(message(text)).toBe(expected);
  });
});

describe('lists', () => {
  test('commas inside <> do not split', () => {
    expect(splitList('fixed<16,12>, int8,,bf16')).toEqual(['fixed<16,12>', 'int8', 'bf16']);
  });

  test('expand to the product where it means something, in order, once each', () => {
    const schemes = expandSchemes({
      formats: ['int8,bf16', 'int4', 'bf16', 'int2/tensor/kl'],
      granularities: ['tensor', 'block:32'],
      clippings: ['minmax,mse'],
    });
    expect(schemes.map((s) => s.text)).toEqual([
      'int8/tensor/minmax',
      'int8/tensor/mse',
      'int8/block:32/minmax',
      'int8/block:32/mse',
      'bf16',
      'int4/tensor/minmax',
      'int4/tensor/mse',
      'int4/block:32/minmax',
      'int4/block:32/mse',
      'int2/tensor/kl',
    ]);
  });

  test('defaults stand in for empty lists', () => {
    expect(expandSchemes({ formats: ['int8'], granularities: [], clippings: [] }).map((s) => s.text)).toEqual(['int8/tensor/minmax']);
  });
});
