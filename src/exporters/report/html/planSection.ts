import type { Plan, Totals } from '../../../report/plan.js';
import { formatBytes, formatReal } from '../../../report/units.js';
import { decibels, percent } from '../text.js';
import { n, table, th } from './cells.js';
import { lineChart } from './charts.js';
import { html, Markup } from './markup.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
export function planSection(plan: Plan): Markup {
  const { predicted, baselines, measured, pareto, runtime, budget } = plan;
  const rows: [string, Totals][] = [
    ['float32', baselines.float32],
    ['int8 everywhere', baselines.int8],
    ['this plan', predicted],
  ];
  const quality = (totals: Totals): number | null => (plan.evidence === 'weights' ? totals.weightSqnrDb : totals.outputSqnrDb);
  const points = pareto.flatMap((point) => {
    const y = quality(point);
    return y === null ? [] : [{ x: point.bytes, y }];
  });
  const y = quality(predicted);
  const what = plan.evidence === 'weights' ? 'SQNR of the weights (dB)' : 'predicted SQNR at the outputs (dB)';
  return html`<h2>The plan</h2>
    <p>
      For ${budget} on ${runtime}.
      ${measured ? html`When it was run, the outputs kept ${decibels(measured.outputSqnrDb)}${measured.accuracyDrop === null ? null : html`, the accuracy dropped by ${(100 * measured.accuracyDrop).toFixed(2)} points`}.` : 'It was not run: all figures are estimates.'}
    </p>
    ${table(
      'What it costs, against float32 and int8; estimates',
      [
        th('Plan'),
        th('Weights', true),
        th('Bits', true),
        th('Weight SQNR', true),
        th('Predicted at the outputs', true),
        th('Bit operations', true),
        th('Energy', true),
      ],
      rows.map(
        ([name, totals]) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${n(formatBytes(totals.bytes))}${n(totals.effectiveBits.toFixed(2))}${n(decibels(totals.weightSqnrDb))}${n(totals.outputSqnrDb === null ? '–' : decibels(totals.outputSqnrDb))}${n(totals.bops === null ? '–' : formatReal(totals.bops))}${n(totals.energyPj === null ? '–' : `${formatReal(totals.energyPj / 1e6)} µJ`)}
          </tr> `,
      ),
    )}
    ${comparisonTable(plan)}
    ${
      points.length > 1
        ? html`<figure>
            <figcaption>Size against quality: every point is a plan that none beats in both. The circle is this one.</figcaption>
            ${lineChart(
              'Size against quality of all plans on the Pareto front',
              `${points.length} plans from ${formatBytes(points[0].x)} with ${points[0].y.toFixed(1)} dB to ${formatBytes(points[points.length - 1].x)} with ${points[points.length - 1].y.toFixed(1)} dB.`,
              {
                x: {
                  title: 'size of the weights',
                  text: formatBytes,
                  unit: 1024 ** Math.max(0, Math.floor(Math.log2(points[points.length - 1].x) / 10)),
                },
                y: { title: what, text: formatReal },
                lines: [{ name: '', points, dots: points.length <= 80 }],
                marks: y === null ? [] : [{ x: predicted.bytes, y, name: 'this plan' }],
              },
            )}
          </figure>`
        : null
    }`;
}

/** The plan beside what else a user would do, all of them run. */
function comparisonTable({ comparisons, measured, predicted }: Plan): Markup | null {
  if (!measured || comparisons.length === 0) return null;
  const labelled = measured.accuracy !== null;
  const rows = [{ name: 'this plan', bytes: predicted.bytes, effectiveBits: predicted.effectiveBits, ...measured }, ...comparisons];
  return table(
    'The plan and others, all of them run',
    [
      th('Plan'),
      th('Weights', true),
      th('Bits', true),
      th('At the outputs', true),
      th('KL', true),
      th('Same class', true),
      ...(labelled ? [th('Accuracy', true)] : []),
    ],
    rows.map(
      ({ name, bytes, effectiveBits, outputSqnrDb, kl, top1Agreement, accuracy }) =>
        html`<tr>
          <th scope="row">${name}</th>
          ${n(formatBytes(bytes))}${n(effectiveBits.toFixed(2))}${n(decibels(outputSqnrDb))}${n(kl === null ? '–' : formatReal(kl))}${n(percent(top1Agreement))}${labelled ? n(percent(accuracy)) : null}
        </tr> `,
    ),
  );
}
