/** The bundled source of a worker, to be started from a blob: a page in VS Code may load no other. */
declare module '*?worker' {
  const source: string;
  export default source;
}
