/** Put in by webpack: it changes with any line of the sources. */
declare const __webpack_hash__: string | undefined;

/** Tells builds of the product apart, whose figures may differ in what no setting says. */
export const BUILD = typeof __webpack_hash__ === 'string' ? __webpack_hash__ : 'sources';
