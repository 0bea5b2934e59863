import { floats, model, node, value } from '../../unit/model/build.js';

/** Uniform in (−1, 1), the same every time. */
function noise(seed: number): () => number {
  let state = seed + 1;
  return () => (state = (state * 48271) % 2147483647) / 1073741823.5 - 1;
}

/** A model of as many layers as asked for, one after the other in modules of eight: what a page has to cope with, in a small file. */
export function madeModel(layers: number, width = 16): Uint8Array {
  const random = noise(layers);
  const name = (i: number) => `/blocks.${Math.floor(i / 8)}/layer.${i % 8}/MatMul`;
  return model({
    input: [value('x', [1, width])],
    output: [value('y', [1, width])],
    initializer: Array.from({ length: layers }, (_, i) => {
      // some layers are harder than others
      const peak = i % 7 === 0 ? 8 : 1;
      const weights = Array.from({ length: width * width }, (_unused, k) => (random() * (k === 5 ? peak : 1)) / width);
      return floats(`w${i}`, [width, width], weights);
    }),
    node: Array.from({ length: layers }, (_, i) => [
      node('MatMul', [i === 0 ? 'x' : `r${i - 1}`, `w${i}`], [`m${i}`], {}, name(i)),
      node('Relu', [`m${i}`], [i === layers - 1 ? 'y' : `r${i}`], {}, name(i).replace('MatMul', 'Relu')),
    ]).flat(),
  });
}
