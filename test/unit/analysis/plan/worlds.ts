import type { PlanBench, Trial } from '../../../../src/analysis/plan/bench.js';
import type { Assigned, Subject } from '../../../../src/analysis/plan/subject.js';
import type { OutputFigures } from '../../../../src/report/plan.js';

/** How the noise of layers and sites really adds up. */
export type World = (weights: readonly number[], activations: readonly number[]) => number;

export const figures = (noise: number): OutputFigures => ({
  outputSqnrDb: noise > 0 ? -10 * Math.log10(noise) : null,
  kl: null,
  top1Agreement: null,
  accuracy: null,
  accuracyInterval: null,
  accuracyDrop: Math.min(1, Math.round(noise * 100) / 100),
});

/** Runs assignments in a world; counts what it is asked. */
export function benchIn(world: World, what: Subject, judgesAccuracy = true) {
  const asked = { runs: 0, effects: 0, without: 0 };
  const noiseOf = ({ weights, activations }: Assigned): readonly [number[], number[]] => [
    weights.map(({ scheme, noise }, i) => what.layers[i].options.find((option) => option.scheme === scheme)?.noise ?? noise),
    activations.map(({ scheme }, s) => what.sites[s].options.find((option) => option.scheme === scheme)!.noise),
  ];
  const bench: PlanBench = {
    judgesAccuracy,
    run(assignments) {
      asked.runs += assignments.length;
      return Promise.resolve(assignments.map((assigned): Trial => ({ figures: figures(world(...noiseOf(assigned))), worst: null })));
    },
    effects(layers) {
      asked.effects += layers.length;
      return Promise.resolve(
        layers.map(({ layer: at, weight, activation }) =>
          figures(
            world(
              what.layers.map(({ options }, i) =>
                i === at && weight !== null ? options.find(({ scheme }) => scheme === weight)!.noise : 0,
              ),
              what.sites.map(({ layers: members, options }) =>
                members.includes(at) && activation !== null
                  ? options.find(({ scheme }) => scheme === activation.scheme)!.noise / members.length
                  : 0,
              ),
            ),
          ),
        ),
      );
    },
    without(assigned, layers) {
      asked.without += layers.length;
      const [weights, activations] = noiseOf(assigned);
      return Promise.resolve(
        new Map(
          layers.map((at) => [
            at,
            figures(
              world(
                weights.map((noise, i) => (i === at ? 0 : noise)),
                activations.map((noise, s) => (what.layers[at].site === s ? 0 : noise)),
              ),
            ),
          ]),
        ),
      );
    },
  };
  return { bench, asked };
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
