import { shorten } from '../../../report/names.js';
import type { LayerReport, ValueStats } from '../../../report/types.js';
import { formatCount, formatReal } from '../../../report/units.js';
import { type PlannedLayer } from '../rows.js';
import { decibels, percent, range, shapeText } from '../text.js';
import { n, table, td, th } from './cells.js';
import { histogram } from './charts.js';
import { html, Markup } from './markup.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
/** Layers whose errors are listed one by one; beyond, the page would be too large to open. */
const MOST_DETAILS = 300;

export function detailsSection(layers: readonly PlannedLayer[]): Markup {
  const full = layers.length <= MOST_DETAILS;
  const shown = full
    ? layers
    : layers.filter(({ layer }) => (layer.findings?.length ?? 0) > 0 || layer.problem !== undefined).slice(0, MOST_DETAILS);
  return html`<h2>Each layer</h2>
    ${full ? null : html`<p>There are too many layers to list all of them here: these are those with findings. The CSV and JSON reports have all.</p>`}
    ${shown.map(
      (one) =>
        html`<details>
          <summary>
            ${one.layer.name} <span class="soft">${one.layer.op}, ${shapeText(one.layer.shape)}, ${one.scheme ?? 'as it is'}</span>
          </summary>
          <div>${layerDetails(one)}</div>
        </details> `,
    )}`;
}

function layerDetails({ layer, error }: PlannedLayer): Markup {
  const { weightStats: stats, advice, findings = [], problem, activationStats } = layer;
  return html`${problem === undefined ? null : html`<p>${problem}</p>`}${advice ? html`<p>${advice.reason}</p>` : null}
  ${
    stats
      ? html`<p>
            Weight ${layer.weight}: ${layer.dataType}, from ${formatReal(stats.min)} to ${formatReal(stats.max)}, mean
            ${formatReal(stats.mean)}, standard deviation
            ${formatReal(stats.std)}${stats.kurtosis === null ? null : `, excess kurtosis ${formatReal(stats.kurtosis)}`},
            ${formatCount(stats.zeros)} zeros${stats.nan + stats.inf > 0 ? `, ${formatCount(stats.nan + stats.inf)} not finite` : null}.
          </p>
          ${stats.histogram ? histogram('Histogram of the weight', stats.histogram, error?.clip ?? null) : null}`
      : null
  }
  ${activationStats ? [valueText('Takes in', activationStats.input), valueText('Gives', activationStats.output)] : null}
  ${
    findings.length > 0
      ? html`<h3>Findings</h3>
          <ul>
            ${findings.map((finding) => html`<li>${finding.text}. ${finding.remedy}${finding.gainDb === null ? null : html` <b>${finding.gainDb >= 0 ? '+' : '−'}${Math.abs(finding.gainDb).toFixed(1)} dB</b>`}</li>`)}
          </ul>`
      : null
  }
  ${layer.errors.length > 0 ? errorTable(layer) : null}`;
}

const valueText = (verb: string, stats: ValueStats | null): Markup | null =>
  stats &&
  html`<p>
      ${verb} ${stats.value}: from ${formatReal(stats.min)} to ${formatReal(stats.max)}, mean ${formatReal(stats.mean)}, standard deviation
      ${formatReal(stats.std)}.
    </p>
    ${stats.histogram ? histogram(`Histogram of ${stats.value}`, stats.histogram, null) : null}`;

const errorTable = ({ name, errors }: LayerReport): Markup =>
  table(
    `Errors of ${shorten(name, 80)} under every scheme`,
    [
      th('Of'),
      th('Scheme'),
      th('Bits with scales', true),
      th('SQNR', true),
      th('MSE', true),
      th('Largest error', true),
      th('Clipped', true),
      th('Clip range'),
    ],
    errors.map(
      ({ target, scheme, effectiveBits, sqnrDb, mse, maxError, clippedFraction, clip }) =>
        html`<tr>
          ${td(target === 'weight' ? 'weight' : 'input')}${td(scheme)}${n(effectiveBits.toFixed(2))}${n(decibels(sqnrDb))}${n(formatReal(mse))}${n(formatReal(maxError))}${n(percent(clippedFraction))}${td(range(clip))}
        </tr> `,
    ),
  );
