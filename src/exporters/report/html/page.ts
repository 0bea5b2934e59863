import { parseScheme } from '../../../core/formats/index.js';
import type { Plan, Totals } from '../../../report/plan.js';
import { shorten } from '../../../report/names.js';
import type { LayerReport, ValueStats } from '../../../report/types.js';
import { formatBytes, formatCount, formatDecibels, formatReal } from '../../../report/units.js';
import { bitsOf, plannedLayers, type PlannedLayer, type ReportDocument } from '../rows.js';
import { countText, decibels, evidenceText, percent, range, shapeText } from '../text.js';
import { barChart, histogram, lineChart, type Line } from './charts.js';
import { html, Markup, type Part } from './markup.js';
import { style } from './style.js';

/** Bars in one chart: those that matter most. All layers are in the table. */
const MOST_BARS = 40;
/** Layers whose errors are listed one by one; beyond, the page would be too large to open. */
const MOST_DETAILS = 300;

/**
 * A report as one page: charts, tables and every layer. It fetches nothing and runs nothing, so it can be mailed and kept.
 */
export function reportPage(document: ReportDocument): string {
  const { report, plan } = document;
  const layers = plannedLayers(document);
  const { file } = report.model;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="generator" content="Precision Lens ${report.tool.version}" />
        <title>${shorten(file, 80)}: how few bits</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${file}</h1>
          <p class="soft">
            ${report.model.format.toUpperCase()} opset ${report.model.opset}${report.model.producer ? ` by ${report.model.producer}` : ''} ·
            ${formatBytes(report.model.bytes)} · ${formatCount(report.model.parameters)} parameters · ${formatCount(layers.length)} weights
            of layers
          </p>
          <p>${evidenceText(report)}</p>
          ${tiles(document, layers)} ${plan ? planSection(plan) : null} ${bitsSection(layers, plan !== null)} ${curveSection(report.layers)}
          ${effectSection(layers)} ${tableSection(layers, plan)} ${heatSection(layers)} ${detailsSection(layers)} ${notesSection(document)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function tiles({ report, plan }: ReportDocument, layers: readonly PlannedLayer[]): Markup {
  const known = layers.flatMap((one) => {
    const bits = bitsOf(one);
    return bits === null ? [] : [{ elements: one.layer.parameters, bits }];
  });
  const elements = known.reduce((sum, one) => sum + one.elements, 0);
  const stored = known.reduce((sum, one) => sum + one.elements * one.bits, 0);
  const worst = layers.reduce<PlannedLayer | null>((a, b) => {
    const [x, y] = [a?.error?.sqnrDb ?? Infinity, b.error?.sqnrDb ?? Infinity];
    return y < x ? b : a;
  }, null);
  const facts: [string, string, string?][] = [];
  if (elements > 0) {
    facts.push(['Weights of layers as float32', formatBytes(elements * 4)]);
    const smaller = `${((32 * elements) / Math.max(stored, 1)).toFixed(1)} × smaller`;
    facts.push([plan ? 'Weights as planned' : 'Weights as suggested', formatBytes(Math.ceil(stored / 8)), smaller]);
    facts.push(['Bits a weight', (stored / elements).toFixed(2), 'scales and zero points included']);
  }
  if (worst?.error) facts.push(['Lowest SQNR of a weight', decibels(worst.error.sqnrDb), shorten(worst.layer.name, 40)]);
  if (plan?.measured) facts.push(['Outputs under the plan', decibels(plan.measured.outputSqnrDb), 'measured']);
  if (report.run?.accuracy) {
    const { correct, samples } = report.run.accuracy;
    facts.push(['Accuracy in float', percent(correct / samples), `${formatCount(correct)} of ${formatCount(samples)} samples`]);
  }
  return html`<ul class="tiles">
    ${facts.map(([name, value, more]) => html`<li>${name}<b>${value}</b>${more === undefined ? null : html`<span>${more}</span>`}</li>`)}
  </ul>`;
}

/** A table that scrolls by itself, by keyboard too. */
const table = (caption: string, head: readonly Part[], rows: readonly Part[]): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

const th = (text: string, numeric = false): Markup =>
  numeric ? html`<th scope="col" class="n">${text}</th>` : html`<th scope="col">${text}</th>`;
const n = (text: string): Markup => html`<td class="n">${text}</td>`;
const td = (text: string): Markup => html`<td>${text}</td>`;

function planSection(plan: Plan): Markup {
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

function bitsSection(layers: readonly PlannedLayer[], planned: boolean): Markup | null {
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
function curveSection(layers: readonly LayerReport[]): Markup | null {
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
function effectSection(layers: readonly PlannedLayer[]): Markup | null {
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

function tableSection(layers: readonly PlannedLayer[], plan: Plan | null): Markup {
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
          ${td(layer.op)}${td(shapeText(layer.shape))}${n(formatCount(layer.parameters))}${n(countText(layer.macs))}${td(scheme ?? (plan ? 'as it is' : '–'))}${n(bits === null ? '–' : bits.toFixed(2))}${td(error ? range(error.clip) : '–')}${n(error ? decibels(error.sqnrDb) : '–')}${ran ? n(effect ? `${effect.how === 'predicted' ? '~' : ''}${decibels(effect.outputSqnrDb)}` : '–') : null}${plan ? td(activation ?? 'as it is') : null}
        </tr> `;
      }),
    )}`;
}

/** Classes of the heat, lowest first. */
const heats = [10, 20, 30, 40];
const heatOf = (sqnrDb: number | null): number => (sqnrDb === null ? heats.length : heats.filter((least) => sqnrDb >= least).length);

function heatSection(layers: readonly PlannedLayer[]): Markup | null {
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

function detailsSection(layers: readonly PlannedLayer[]): Markup {
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

function notesSection({ report, plan }: ReportDocument): Markup {
  const notes = [...report.warnings, ...(report.run?.problem === undefined ? [] : [report.run.problem]), ...(plan?.notes ?? [])];
  return html`<h2>About these figures</h2>
    ${
      notes.length > 0
        ? html`<ul>
            ${[...new Set(notes)].map((note) => html`<li>${note}</li>`)}
          </ul>`
        : null
    }
    <p class="soft">
      SQNR is 10·log₁₀(Σx² / Σ(x − x̂)²): higher is better, 6 dB are a bit. Bits include scales, zero points and codebooks. The effect at the
      outputs is that of one layer quantized alone; costs are estimates.
    </p>
    <p class="soft">
      Made by Precision Lens
      ${report.tool.version}${report.model.sha256 === null ? null : html` from ${report.model.file}, SHA-256 ${report.model.sha256}`}.
    </p>`;
}
