import type { Plan } from '../../../report/plan.js';
import { formatCount, formatDecibels } from '../../../report/units.js';
import { bitsOf, plannedText, type PlannedLayer } from '../rows.js';
import { countText, decibels, range, shapeText } from '../text.js';
import { n, table, td, th } from './cells.js';
import { html, Markup } from './markup.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
export function tableSection(layers: readonly PlannedLayer[], plan: Plan | null): Markup {
  const ran = layers.some(({ effect }) => effect !== null);
  return html`<h2>Layers</h2>
    ${table(
      `${formatCount(layers.length)} weights of layers, in the order of the model`,
      [
        th('Layer'),
        th('Operator'),
        th('Shape'),
        th('Weights', true),
        th('MACs', true),
        th(plan ? 'Planned' : 'Suggested'),
        th('Bits', true),
        th('Clip range'),
        th('SQNR', true),
        ...(ran ? [th('At the outputs', true)] : []),
        ...(plan ? [th('Input as')] : []),
      ],
      layers.map((one) => {
        const { layer, scheme, error, effect, activation } = one;
        const bits = bitsOf(one);
        return html`<tr>
          <th scope="row">${layer.name}</th>
          ${td(layer.op)}${td(shapeText(layer.shape))}${n(formatCount(layer.parameters))}${n(countText(layer.macs))}${td(plan ? plannedText(one) : (scheme ?? '–'))}${n(bits === null ? '–' : bits.toFixed(2))}${td(error ? range(error.clip) : '–')}${n(error ? decibels(error.sqnrDb) : '–')}${ran ? n(effect ? `${effect.how === 'predicted' ? '~' : ''}${decibels(effect.outputSqnrDb)}` : '–') : null}${plan ? td(activation ?? 'as it is') : null}
        </tr> `;
      }),
    )}`;
}

/** Classes of the heat, lowest first. */
const heats = [10, 20, 30, 40];
const heatOf = (sqnrDb: number | null): number => (sqnrDb === null ? heats.length : heats.filter((least) => sqnrDb >= least).length);

export function heatSection(layers: readonly PlannedLayer[]): Markup | null {
  const schemes = [
    ...new Set(layers.flatMap(({ layer }) => layer.errors.filter(({ target }) => target === 'weight').map(({ scheme }) => scheme))),
  ];
  if (schemes.length < 2) return null;
  return html`<h2>SQNR of every weight under every scheme</h2>
    <p class="legend">
      ${['below 10 dB', '10 to 20', '20 to 30', '30 to 40', '40 and more'].map((text, i) => html`<span class="h${i}">${text}</span>`)}<span
        class="chosen"
        >chosen</span
      >
    </p>
    ${table(
      'SQNR in dB',
      [th('Layer'), ...schemes.map((scheme) => th(scheme, true))],
      layers.map(({ layer, scheme: chosen }) => {
        const byScheme = new Map(layer.errors.filter(({ target }) => target === 'weight').map((error) => [error.scheme, error]));
        return html`<tr>
          <th scope="row">${layer.name}</th>
          ${schemes.map((scheme) => {
            const error = byScheme.get(scheme);
            if (!error) return td('–');
            const text = formatDecibels(error.sqnrDb);
            return html`<td class="h${heatOf(error.sqnrDb)}">${scheme === chosen ? html`<span class="chosen">${text}</span>` : text}</td>`;
          })}
        </tr> `;
      }),
    )}`;
}
