import { advantage, loss, percent, share, SURE, table, WIDTHS } from '../figures.js';
import type { Made, Section, SectionContext } from '../section.js';
import type { Plan, Score, Study } from '../study.js';

/** What somebody found, and whether we do too. */
interface Claim {
  readonly says: string;
  /** Who, and their figures. */
  readonly source: string;
  readonly measure: (studies: readonly Study[]) => Promise<Finding>;
}

interface Finding {
  readonly table: string;
  readonly verdict: string;
}

const plan = (weight: string | null, activation: string | null): Plan => ({ weight, activation });
const points = (score: Score): string => {
  const { points, error } = loss(score);
  return `${points.toFixed(1)} ± ${(SURE * error).toFixed(1)}`;
};
const accuracy = (score: Score): string => percent(share(score));
/** @param what holds, as a sentence */
const agreement = (holds: number, of: number, what: string): string => {
  const verdict = holds === of ? `Agrees in all ${of}` : holds === 0 ? `Disagrees in all ${of}` : `Agrees in ${holds} of ${of}`;
  return `**${verdict}**: ${what}.`;
};

/** Scores of every study under the same plans. */
const scoresOf = (studies: readonly Study[], plans: readonly Plan[]): Promise<readonly (readonly Score[])[]> =>
  Promise.all(studies.map((study) => study.score(plans)));

const titles = (studies: readonly Study[]): readonly string[] => studies.map(({ sample }) => sample.title);

const eightBits: Claim = {
  says: '8 bits lose 0.1 to 0.3 points of accuracy at most on networks of this size.',
  source: 'Commonly reported for LeNet and networks for CIFAR-10.',
  async measure(studies) {
    const plans = [plan('int8/tensor/minmax', null), plan(null, 'uint8/tensor/minmax'), plan('int8/tensor/minmax', 'uint8/tensor/minmax')];
    const scores = await scoresOf(studies, plans);
    // More than 0.3 points would have to be sure to be a disagreement: one sample is 0.2 points.
    const holds = scores.flat().filter((score) => loss(score).points - SURE * loss(score).error <= 0.3).length;
    return {
      table: table(
        ['points lost, min-max by tensor', 'weights', 'activations', 'both'],
        scores.map((of, i) => [titles(studies)[i], ...of.map(points)]),
      ),
      verdict: agreement(holds, scores.flat().length, 'the loss is at most 0.3 points, or not surely more'),
    };
  },
};

const knee: Claim = {
  says: 'Accuracy falls off a cliff between 6 and 3 bits.',
  source: 'Commonly reported for quantization after training.',
  async measure(studies) {
    const scores = await scoresOf(
      studies,
      WIDTHS.map((bits) => plan(`int${bits}/tensor/minmax`, `uint${bits}/tensor/minmax`)),
    );
    const rows = scores.map((of, i) => {
      const last = of.findLastIndex((score) => loss(score).points > 1);
      // The first width that holds, and what two bits less cost.
      const holds = WIDTHS[last + 1];
      const below = holds === undefined ? undefined : of[WIDTHS.indexOf(holds) - 2];
      const lost = below && loss(below).points;
      return { title: titles(studies)[i], holds, lost, sharp: holds !== undefined && holds >= 3 && holds <= 6 && (lost ?? 100) >= 5 };
    });
    return {
      table: table(
        ['weights and activations, min-max by tensor', 'fewest bits that lose a point at most', 'points lost with 2 bits less'],
        rows.map(({ title, holds, lost }) => [title, String(holds ?? 'more than 8'), lost?.toFixed(1) ?? '–']),
      ),
      verdict: agreement(
        rows.filter(({ sharp }) => sharp).length,
        rows.length,
        'nothing to speak of is lost down to 3…6 bits, and 5 points and more 2 bits below',
      ),
    };
  },
};

interface Duel {
  readonly title: string;
  readonly better: number;
  readonly even: number;
  readonly worse: readonly string[];
}

/** How often one way is surely better than another, over widths. */
async function duels(
  studies: readonly Study[],
  widths: readonly number[],
  ways: readonly { readonly label: string; readonly one: (bits: number) => Plan; readonly other: (bits: number) => Plan }[],
): Promise<readonly (readonly Duel[])[]> {
  return Promise.all(
    ways.map(({ label, one, other }) =>
      Promise.all(
        studies.map(async (study): Promise<Duel> => {
          const [a, b] = [await study.score(widths.map(one)), await study.score(widths.map(other))];
          const sure = widths.map((_, i) => advantage(a[i], b[i]));
          return {
            title: study.sample.title,
            better: sure.filter((by) => by > SURE).length,
            even: sure.filter((by) => Math.abs(by) <= SURE).length,
            worse: widths.flatMap((bits, i) =>
              sure[i] < -SURE ? [`${study.sample.title}, ${label}, ${bits} bits: ${accuracy(a[i])} against ${accuracy(b[i])} %`] : [],
            ),
          };
        }),
      ),
    ),
  );
}

const exceptions = (found: readonly Duel[]): string => {
  const worse = found.flatMap((duel) => duel.worse);
  return worse.length === 0 ? '**Agrees**: nowhere is it surely worse.' : `**Agrees but for** ${worse.join('; ')}.`;
};

const perChannel: Claim = {
  says: 'A scale for each channel is at least as good as one for the tensor.',
  source: 'Krishnamoorthi 2018, and others.',
  async measure(studies) {
    const [found] = await duels(studies, WIDTHS, [
      {
        label: 'weights',
        one: (bits) => plan(`int${bits}/channel/minmax`, null),
        other: (bits) => plan(`int${bits}/tensor/minmax`, null),
      },
    ]);
    return {
      table: table(
        ['weights at 2…8 bits, min-max: by channel is', 'surely better', 'about even', 'surely worse'],
        found.map(({ title, better, even, worse }) => [title, String(better), String(even), String(worse.length)]),
      ),
      verdict: exceptions(found),
    };
  },
};

const clipping: Claim = {
  says: 'Clipping for the least squared error beats min-max at 4 bits and less.',
  source: 'Banner et al. 2019 (ACIQ), Choukroun et al. 2019, and others.',
  async measure(studies) {
    const ways = ['weights by tensor', 'weights by channel', 'activations'] as const;
    const found = await duels(
      studies,
      [2, 3, 4],
      [
        { label: ways[0], one: (b) => plan(`int${b}/tensor/mse`, null), other: (b) => plan(`int${b}/tensor/minmax`, null) },
        { label: ways[1], one: (b) => plan(`int${b}/channel/mse`, null), other: (b) => plan(`int${b}/channel/minmax`, null) },
        { label: ways[2], one: (b) => plan(null, `uint${b}/tensor/mse`), other: (b) => plan(null, `uint${b}/tensor/minmax`) },
      ],
    );
    const cell = ({ better, even, worse }: Duel): string => `${better} / ${even} / ${worse.length}`;
    return {
      table: table(
        ['at 2, 3 and 4 bits: surely better / about even / surely worse', ...ways],
        studies.map((study, i) => [study.sample.title, ...found.map((duel) => cell(duel[i]))]),
      ),
      verdict: exceptions(found.flat()),
    };
  },
};

const krishnamoorthi: Claim = {
  says: 'With one scale for the tensor MobileNet is lost even at 8 bits, and with scales by channel it is not; ResNet does not mind. With 4-bit weights both are lost by tensor.',
  source:
    'Krishnamoorthi 2018, ImageNet top-1 by tensor / by channel / float: W8A8 MobileNetV1 .001 / .703 / .709, ResNet50 .75 / .751 / .752; W4A8 MobileNetV1 .02 / .001 / .709, ResNet50 .002 / .54 / .752.',
  async measure(studies) {
    const some = studies.filter(({ sample }) => ['resnet', 'mobilenet'].includes(sample.id));
    const scores = await scoresOf(
      some,
      [8, 4].flatMap((bits) => ['tensor', 'channel'].map((granularity) => plan(`int${bits}/${granularity}/minmax`, 'uint8/tensor/minmax'))),
    );
    const drop = (id: string, at: number): number => loss(scores[some.findIndex(({ sample }) => sample.id === id)][at]).points;
    const worse = drop('mobilenet', 2) > 2 * Math.max(1, drop('resnet', 2));
    return {
      table: table(
        ['accuracy, %', 'float', 'W8A8 by tensor', 'W8A8 by channel', 'W4A8 by tensor', 'W4A8 by channel'],
        some.map((study, i) => [study.sample.title, accuracy(study.float), ...scores[i].map(accuracy)]),
      ),
      verdict: [
        drop('mobilenet', 0) > 5
          ? '**Agrees** for MobileNet by tensor at 8 bits.'
          : '**Disagrees** for MobileNet by tensor at 8 bits: the cliff is there, but comes at fewer bits.',
        drop('resnet', 0) <= 1 ? '**Agrees** for ResNet at 8 bits.' : '**Disagrees** for ResNet at 8 bits.',
        worse
          ? '**Agrees** that MobileNet suffers more from few bits by tensor than ResNet.'
          : '**Disagrees** that MobileNet suffers more from few bits by tensor than ResNet.',
        drop('resnet', 2) > 20
          ? '**Agrees** for ResNet by tensor at 4 bits.'
          : '**Disagrees** for ResNet by tensor at 4 bits: the loss stays small on 10 classes.',
      ].join(' '),
    };
  },
};

const ristretto: Claim = {
  says: '8-bit dynamic fixed point costs a point or two, 4 bits cost everything; activations stand it better than weights.',
  source:
    'Ristretto (Gysel 2016), SqueezeNet top-1 at 32 / 16 / 8 / 4 bits: convolution weights .5768 / .5572 / .5560 / .0057, activations .5768 / .5758 / .5706 / .0406.',
  async measure(studies) {
    const widths = [16, 8, 4];
    const scheme = (bits: number): string => `fixed<${bits},dynamic>/tensor/minmax`;
    const scores = await scoresOf(studies, [
      ...widths.map((bits) => plan(scheme(bits), null)),
      ...widths.map((bits) => plan(null, scheme(bits))),
    ]);
    const eight = scores.filter((of) => [of[1], of[4]].every((score) => loss(score).points <= 2)).length;
    const four = scores.filter((of) => [of[2], of[5]].some((score) => loss(score).points > 5)).length;
    const stand = scores.filter((of) => advantage(of[5], of[2]) >= -SURE).length;
    return {
      table: table(
        ['accuracy, %', 'float', ...['weights', 'activations'].flatMap((what) => widths.map((bits) => `${what}, ${bits} bits`))],
        studies.map((study, i) => [study.sample.title, accuracy(study.float), ...scores[i].map(accuracy)]),
      ),
      verdict: [
        agreement(eight, scores.length, '8 bits lose 2 points at most'),
        agreement(four, scores.length, '4 bits lose 5 points and more of weights or of activations'),
        agreement(stand, scores.length, 'activations are not surely worse off than weights at 4 bits'),
      ].join(' '),
    };
  },
};

const whichIsWorse: Claim = {
  says: 'Whether weights or activations suffer more depends on the granularity.',
  source: 'Reports contradict each other.',
  async measure(studies) {
    const bits = 3;
    const scores = await scoresOf(studies, [
      plan(`int${bits}/tensor/minmax`, null),
      plan(`int${bits}/channel/minmax`, null),
      plan(null, `uint${bits}/tensor/minmax`),
    ]);
    const worse = (weights: Score, inputs: Score): string => {
      const by = advantage(weights, inputs);
      return by > SURE ? 'activations' : by < -SURE ? 'weights' : 'about even';
    };
    const changed = scores.filter(([tensor, channel, inputs]) => worse(tensor, inputs) !== worse(channel, inputs)).length;
    return {
      table: table(
        [`accuracy at ${bits} bits, %`, 'weights by tensor', 'weights by channel', 'activations', 'worse by tensor', 'worse by channel'],
        scores.map(([tensor, channel, inputs], i) => [
          titles(studies)[i],
          ...[tensor, channel, inputs].map(accuracy),
          worse(tensor, inputs),
          worse(channel, inputs),
        ]),
      ),
      verdict: agreement(changed, scores.length, 'another granularity of the weights changes what suffers more'),
    };
  },
};

const lastLayer: Claim = {
  says: 'Clipping can hurt: the last layer is better left alone.',
  source: 'Distiller, ResNet50, top-1: 75.15 → 72.27 % when the last layer is clipped, 75.82 % when it is left alone.',
  async measure(studies) {
    const bits = 4;
    const rows = await Promise.all(
      studies.map(async (study) => {
        const [plain, clipped] = ['minmax', 'mse'].map((clip) => `uint${bits}/tensor/${clip}`);
        const last = study.model.layers.length - 1;
        const but = (activation: string): ReadonlyMap<number, { weight: null; activation: string }> =>
          new Map([[last, { weight: null, activation }]]);
        return study.score([
          plan(null, plain),
          plan(null, clipped),
          { ...plan(null, clipped), but: but(plain) },
          { ...plan(null, plain), but: but(clipped) },
        ]);
      }),
    );
    const hurts = rows.filter(([plain, , , onlyLast]) => advantage(plain, onlyLast) > SURE).length;
    return {
      table: table(
        [`accuracy, activations at ${bits} bits, %`, 'none clipped', 'all clipped', 'all but the last layer’s', 'only the last layer’s'],
        rows.map((of, i) => [titles(studies)[i], ...of.map(accuracy)]),
      ),
      verdict:
        hurts === 0
          ? '**Not seen here**: with the clip that loses least, clipping what the last layer takes in changes nothing that could be told from chance.'
          : agreement(hurts, rows.length, 'clipping only what the last layer takes in is surely worse than not clipping'),
    };
  },
};

const claims: readonly Claim[] = [eightBits, knee, perChannel, clipping, krishnamoorthi, ristretto, whichIsWorse, lastLayer];

/** What the literature says beside what is measured here. */
export const literature: Section = {
  id: 'literature',
  activationSchemes: [
    ...['minmax', 'mse'].flatMap((clip) => WIDTHS.map((bits) => `uint${bits}/tensor/${clip}`)),
    ...[16, 8, 4].map((bits) => `fixed<${bits},dynamic>/tensor/minmax`),
  ],
  async make({ samples, study, log }: SectionContext): Promise<Made> {
    const studies = await Promise.all(samples.map(study));
    const parts: string[] = [];
    for (const { says, source, measure } of claims) {
      const found = await measure(studies);
      log(`${says} ${found.verdict}`);
      parts.push(`### ${says}\n\n${source}\n\n${found.table}\n\n${found.verdict}`);
    }
    const markdown = `## What the literature says

Trends that others report, mostly of larger models on ImageNet, and whether these small ones show them too. A difference counts as sure beyond ${SURE} standard
errors of ${studies[0].float.samples} samples.

${parts.join('\n\n')}`;
    return { markdown, images: new Map() };
  },
};
