/** What a column of the layer table says of the boxes of the graph: a figure or a word, and how a box is filled. */
import type { LayerReport } from '../../../src/report/types.js';

/** Which of the theme's colours fills a box: for figures against the target, warm below it and cool above it; `amount` where more is not worse. */
export type Tone = 'hot' | 'warm' | 'cool' | 'amount';

export interface Fill {
  /** Fifths of the box that are filled, 1…5: so the colour does not have to be seen. */
  readonly fifths: number;
  readonly tone: Tone;
  /** How what is filled is filled; evenly without. */
  readonly pattern?: 'stripes' | 'rows';
}

export interface Shade extends Fill {
  /** The figure, in a word. */
  readonly text: string;
}

export interface ShadeColumn {
  readonly id: string;
  readonly label: string;
  /** What the figure of a closed module is of the layers in it. */
  readonly ofModule: string;
  /** The shade of a box with these layers; null where nothing is known. */
  readonly shade: (layers: readonly LayerReport[]) => Shade | null;
  /** From few to many fifths. */
  readonly legend: readonly (Fill & { readonly label: string })[];
}
