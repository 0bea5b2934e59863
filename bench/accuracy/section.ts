import type { Sample } from './samples.js';
import type { Study } from './study.js';

/** A part of docs/accuracy.md. A new one is a file in `sections/` and a line in `main.ts`. */
export interface Section {
  /** Names it on the command line and in the page. */
  readonly id: string;
  /** Schemes for activations that its plans name. */
  readonly activationSchemes: readonly string[];
  make(context: SectionContext): Promise<Made>;
}

export interface SectionContext {
  readonly samples: readonly Sample[];
  /** Bundled entry of the engine processes. */
  readonly engineScript: string;
  /** A sample model, opened on all of its labelled inputs. */
  readonly study: (sample: Sample) => Promise<Study>;
  readonly log: (line: string) => void;
}

/** Markdown that starts with its heading, and pictures by their name in docs/images/accuracy. */
export interface Made {
  readonly markdown: string;
  readonly images: ReadonlyMap<string, string>;
}
