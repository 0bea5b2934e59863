import { shorten } from '../../../report/names.js';
import { formatBytes, formatCount } from '../../../report/units.js';
import { bitsOf, plannedLayers, type PlannedLayer, type ReportDocument } from '../rows.js';
import { decibels, evidenceText, percent } from '../text.js';
import { bitsSection, curveSection, effectSection } from './chartSections.js';
import { detailsSection } from './detailsSection.js';
import { html, Markup } from './markup.js';
import { planSection } from './planSection.js';
import { style } from './style.js';
import { heatSection, tableSection } from './tableSections.js';

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
