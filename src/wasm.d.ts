/** Bytes of the compiled kernels, put in place by the bundler. */
declare module '*?wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
