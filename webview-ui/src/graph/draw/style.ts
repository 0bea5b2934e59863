import type { Tone } from '../fill.js';

/** The theme's colours as the graph uses them. */
export interface GraphPalette {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  /** Of boxes, and of lines between them. */
  readonly border: string;
  readonly line: string;
  /** Open modules, one inside the other. */
  readonly panel: string;
  readonly panelBorder: string;
  /** Around the chosen box, and around what a search has found. */
  readonly chosen: string;
  readonly found: string;
  /** Lines that lead to the chosen box, and that lead away from it. */
  readonly up: string;
  readonly down: string;
  /** Translucent. */
  readonly tones: Readonly<Record<Tone, string>>;
  readonly fontFamily: string;
}
