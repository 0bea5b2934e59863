import { loss, percent, share, table, WIDTHS } from '../figures.js';
import type { Made, Section, SectionContext } from '../section.js';
import { svg, type Panel } from '../svg.js';
import type { Plan, Score, Study } from '../study.js';

/** One line of a panel: what is quantized at each width. */
interface Line {
  readonly label: string;
  readonly plan: (bits: number) => Plan;
}

interface Group {
  readonly title: string;
  readonly lines: readonly Line[];
}

const weights = (scheme: string): Line => ({
  label: scheme,
  plan: (bits) => ({ weight: `int${bits}/${scheme}`, activation: null }),
});
const activations = (scheme: string): Line => ({
  label: scheme,
  plan: (bits) => ({ weight: null, activation: `uint${bits}/${scheme}` }),
});
const both = (weight: string, activation: string): Line => ({
  label: `${weight}, ${activation}`,
  plan: (bits) => ({ weight: `int${bits}/${weight}`, activation: `uint${bits}/${activation}` }),
});

const groups: readonly Group[] = [
  { title: 'Weights', lines: [weights('tensor/minmax'), weights('channel/minmax'), weights('channel/mse')] },
  { title: 'Activations', lines: [activations('tensor/minmax'), activations('tensor/mse')] },
  { title: 'Both', lines: [both('tensor/minmax', 'tensor/minmax'), both('channel/mse', 'tensor/mse')] },
];

type Scores = readonly (readonly (readonly Score[])[])[];

async function measure(study: Study): Promise<Scores> {
  const plans = groups.flatMap(({ lines }) => lines.flatMap(({ plan }) => WIDTHS.map(plan)));
  const scores = [...(await study.score(plans))];
  return groups.map(({ lines }) => lines.map(() => scores.splice(0, WIDTHS.length)));
}

function picture(study: Study, scores: Scores): string {
  const panels = groups.map(({ title, lines }, group): Panel => ({
    title,
    series: lines.map(({ label }, line) => ({ label, points: WIDTHS.map((bits, i) => [bits, 100 * share(scores[group][line][i])]) })),
  }));
  return svg({
    description: `${study.sample.title}: accuracy by bits of weights, of activations and of both`,
    panels,
    x: { min: 2, max: 8, step: 1, label: 'bits' },
    y: { min: 0, max: 100, step: 20, label: 'accuracy, %' },
    kind: 'lines',
    reference: { label: `float model, ${percent(share(study.float))} %`, at: 100 * share(study.float) },
  });
}

const figures = (scores: Scores): string =>
  table(
    ['scheme', ...WIDTHS.map((bits) => `${bits} bits`)],
    groups.flatMap(({ title, lines }, group) =>
      lines.map(({ label }, line) => [`${title.toLowerCase()}, ${label}`, ...scores[group][line].map((score) => percent(share(score)))]),
    ),
  );

/** What stands out: the widths from which on nothing to speak of is lost. */
function reading(scores: Scores): string {
  const parts = groups.map(({ title, lines }, group) => {
    const best = lines.map((_, line) => fewest(scores[group][line]));
    const bits = Math.min(...best.map((found) => found ?? Infinity));
    return `${title.toLowerCase()} ${Number.isFinite(bits) ? `${bits} bits (${lines[best.indexOf(bits)].label})` : 'more than 8 bits'}`;
  });
  return `Fewest bits that lose at most a point, with as many or more: ${parts.join(', ')}.`;
}

/** Of widths from which on at most a point is lost, the first. */
function fewest(scores: readonly Score[]): number | undefined {
  const bad = scores.findLastIndex((score) => loss(score).points > 1);
  return WIDTHS.at(bad + 1 < WIDTHS.length ? bad + 1 : WIDTHS.length);
}

/** Accuracy by bits, of the whole model. */
export const curves: Section = {
  id: 'curves',
  activationSchemes: ['minmax', 'mse'].flatMap((clip) => WIDTHS.map((bits) => `uint${bits}/tensor/${clip}`)),
  async make({ samples, study: open, log }: SectionContext): Promise<Made> {
    const images = new Map<string, string>();
    const parts: string[] = [];
    for (const sample of samples) {
      const study = await open(sample);
      const scores = await measure(study);
      log(sample.title);
      images.set(`${sample.id}.svg`, picture(study, scores));
      const { correct, samples: count } = study.float;
      parts.push(
        `### ${sample.title}\n\n${study.model.layers.length} weights; in float ${correct} of ${count} are right. ${reading(scores)}\n\n` +
          `![Accuracy of ${sample.title} by bits of weights, activations and both](images/accuracy/${sample.id}.svg)\n\n${figures(scores)}`,
      );
    }
    const markdown = `## Accuracy by bits

All layers that have weights are quantized at once: their weights to \`int\`*b* (symmetric), what they take in to \`uint\`*b* (with a zero point, ranges
calibrated on the same inputs), or both. Values between other operators, biases and the state of recurrent layers stay in float. Accuracy in %.

${parts.join('\n\n')}`;
    return { markdown, images };
  },
};
