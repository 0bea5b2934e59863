import type { Classes, Judge } from './metrics/outputs.js';
import type { Opened } from './opened.js';
import type { Place } from './replay/places.js';
import type { Prepared } from './replay/prepare.js';
import type { Replay } from './replay/types.js';
import type { SampleAxes } from './sampleAxes.js';

/** A model that was run in float, and what its layers are tested with. */
export interface Running extends Opened {
  readonly prepared: Prepared;
  readonly replay: Replay;
  /** Parts that are looked into together. */
  readonly stretches: readonly (readonly number[])[];
  readonly axisOf: SampleAxes;
  /** All samples, in runs of the probe. */
  readonly probes: number;
  readonly places: readonly Place[];
  readonly classes: Classes | null;
  /** Judges how far outputs are from the float ones. */
  readonly newJudge: () => Judge;
  /** Of every run. */
  readonly samples: readonly number[];
}
