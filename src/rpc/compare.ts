import type { Comparison, LayerComparison } from '../report/compare/compare.js';
import type { Compared, ComparedLayer } from '../report/compare/compared.js';
import { omit } from './omit.js';

/** What the page of a comparison may ask of the extension. */
export type CompareMethods = {
  /** Compares the two files; layers come by the stream alone, in their order. Rejects with the one line to show. */
  compare: { params: null; result: ComparisonHead; progress: CompareUpdate };
  /** Asks the user where to save a file that the page made, and saves it. Resolves once that is done, or was declined. */
  save: { params: { readonly name: string; readonly bytes: Uint8Array }; result: null; progress: never };
};

/** What the page knows from its first moment on. */
export interface CompareBoot {
  /** What the files are called. */
  readonly a: string;
  readonly b: string;
  /** Their URIs: what it takes to open the page again. */
  readonly uris: readonly [string, string];
  readonly language: string;
  readonly strings: Readonly<Record<string, string>>;
}

export type CompareUpdate =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'layers'; readonly layers: readonly LayerComparison[] };

/** A comparison without its layers. */
export interface ComparisonHead extends Pick<Comparison, 'totals' | 'different'> {
  readonly a: Omit<Compared, 'layers'>;
  readonly b: Omit<Compared, 'layers'>;
}

/** Layers in one message: few enough for a message to take its receiver a few milliseconds. */
const PIECE = 64;

const withoutLayers = (side: Compared): Omit<Compared, 'layers'> => omit(side, 'layers');

/** Figures that differ are in the differences; those that do not are not shown. */
const withoutFigures = (layer: ComparedLayer | null): ComparedLayer | null => layer && { ...layer, errors: {}, effects: {} };

export const comparisonHead = ({ a, b, totals, different }: Comparison): ComparisonHead => ({
  a: withoutLayers(a),
  b: withoutLayers(b),
  totals,
  different,
});

/** The layers of a comparison, some at a time. */
export function* comparisonPieces({ layers }: Comparison): Generator<CompareUpdate> {
  for (let start = 0; start < layers.length; start += PIECE) {
    const some = layers.slice(start, start + PIECE);
    yield { kind: 'layers', layers: some.map((layer) => ({ ...layer, a: withoutFigures(layer.a), b: withoutFigures(layer.b) })) };
  }
}
