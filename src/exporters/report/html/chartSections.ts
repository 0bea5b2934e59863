import { parseScheme } from '../../../core/formats/index.js';
import type { LayerReport } from '../../../report/types.js';
import { formatCount, formatReal } from '../../../report/units.js';
import { bitsOf, type PlannedLayer } from '../rows.js';
import { barChart, lineChart, type Line } from './charts.js';
import { html, Markup } from './markup.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
/** Bars in one chart: those that matter most. All layers are in the table. */
const MOST_BARS = 40;

export function bitsSection(layers: readonly PlannedLayer[], planned: boolean): Markup | null {
  const bars = layers.flatMap((one) => {
    const bits = bitsOf(one);
    return bits === null
      ? []
      : [
          {
            name: one.layer.name,
            value: bits,
            text: `${bits.toFixed(1)} bits · ${formatCount(one.layer.parameters)} weights`,
            size: bits * one.layer.parameters,
          },
        ];
  });
  if (bars.length === 0) return null;
  const shown = new Set([...bars].sort((a, b) => b.size - a.size).slice(0, MOST_BARS));
  return html`<h2>Bits by layer</h2>
    <figure>
      <figcaption>
        ${planned ? 'As planned' : 'As suggested'}, scales and zero points
        included${bars.length > MOST_BARS ? `; the ${MOST_BARS} layers that take most bytes` : ''}, in the order of the model.
      </figcaption>
      ${barChart(
        'Bits by layer',
        'One bar for each layer; the figures are in the table of layers.',
        bars.filter((bar) => shown.has(bar)),
      )}
    </figure>`;
}

/** SQNR against bits, of every integer scheme that differs in bits alone: the median layer and the worst. */
export function curveSection(layers: readonly LayerReport[]): Markup | null {
  const families = new Map<string, Map<number, number[]>>();
  for (const { errors } of layers)
    for (const { scheme, target, bits, sqnrDb } of errors) {
      if (target !== 'weight' || sqnrDb === null || bits > 8) continue;
      const { format, text } = parseScheme(scheme);
      if (format.kind !== 'integer') continue;
      const family = text.replace(/^(u?int)\d+/, '$1');
      const byBits = families.get(family) ?? new Map<number, number[]>();
      families.set(family, byBits);
      byBits.set(bits, [...(byBits.get(bits) ?? []), sqnrDb]);
    }
  const best = [...families].sort((a, b) => b[1].size - a[1].size).find(([, byBits]) => byBits.size > 2);
  if (!best) return null;
  const [family, byBits] = best;
  const bits = [...byBits.keys()].sort((a, b) => a - b);
  const at = (share: number): Line['points'] =>
    bits.map((x) => {
      const sorted = [...byBits.get(x)!].sort((a, b) => a - b);
      return { x, y: sorted[Math.floor(share * (sorted.length - 1))] };
    });
  const [median, worst] = [at(0.5), at(0)];
  return html`<h2>What a bit is worth</h2>
    <figure>
      <figcaption>
        SQNR of the weights under ${family} with 2 bits and more: the layer in the middle, and the worst (dashed). A bit is worth about 6 dB
        until rounding no longer matters.
      </figcaption>
      ${lineChart(
        'SQNR of the weights by bits',
        bits.map((b, i) => `${b} bits: median ${median[i].y.toFixed(1)} dB, worst ${worst[i].y.toFixed(1)} dB.`).join(' '),
        {
          x: { title: 'bits', text: String },
          y: { title: 'SQNR (dB)', text: formatReal },
          lines: [
            { name: 'median layer', points: median, dots: true },
            { name: 'worst layer', points: worst, dots: true },
          ],
        },
      )}
    </figure>`;
}

/** What quantizing one layer alone does to the outputs: the ones that hurt most. */
export function effectSection(layers: readonly PlannedLayer[]): Markup | null {
  const found = layers.flatMap((one) =>
    one.effect && one.effect.outputSqnrDb !== null ? [{ ...one, db: one.effect.outputSqnrDb, how: one.effect.how }] : [],
  );
  if (found.length === 0) return null;
  const shown = found.sort((a, b) => a.db - b.db).slice(0, MOST_BARS);
  return html`<h2>Which layers the outputs feel</h2>
    <figure>
      <figcaption>
        SQNR at the outputs with the weight of one layer quantized as
        ${layers.some(({ weight }) => weight !== undefined) ? 'planned' : 'suggested'} and all else in float: short bars hurt.
        ${shown.some(({ how }) => how === 'predicted') ? 'Outlined bars are predicted, filled ones measured.' : 'All are measured.'}
      </figcaption>
      ${barChart(
        'Effect of each layer at the outputs',
        'The lowest first; the figures are in the table of layers.',
        shown.map(({ layer, scheme, db, how }) => ({
          name: layer.name,
          value: db,
          text: `${db.toFixed(1)} dB · ${scheme ?? ''}`,
          open: how === 'predicted',
        })),
      )}
    </figure>`;
}
