// Quantization kernels in WebAssembly SIMD. Each has a plain TypeScript twin in ../twins.ts, which says the same and is its test oracle.
export { fillMagnitudes, symmetricTotal } from './distribution';
export { clamp, extremes } from './extremes';
export { blankNonFinite, moments, momentsAndCounts } from './moments';
export { histogramAbsolute, histogramLog } from './histogram';
export { affineErrors, affineFake, valueErrors } from './affine';
export { floatErrors, floatFake } from './float';
export { q4kFake } from './q4k';
export { channelMajor } from './transpose';

/** First address that is free for the caller's arena. */
export function heapBase(): usize {
  return __heap_base;
}
