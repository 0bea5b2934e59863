/** What a hover says of a model, as Markdown. Pure; every name from a file is escaped. */
import { keptDb } from '../../report/advice.js';
import type { LayerReport, Report } from '../../report/types.js';
import { formatBytes } from '../../report/units.js';

/** Translates; `{0}` and so on stand for the arguments. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

const MAX_NAME = 80;
const MAX_ERROR = 400;

/** Text that shows as itself in Markdown, on one line and of bearable length. */
export function escapeMarkdown(text: string, max = MAX_NAME): string {
  const characters = Array.from(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '));
  const short = characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : characters.join('');
  return short
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~>$@:]/g, '\\$&');
}

/** A link that runs `command` with `args`. Parentheses would end it, and are the ones `encodeURIComponent` leaves alone. */
export const commandLink = (label: string, command: string, args: readonly unknown[]): string => {
  const query = encodeURIComponent(JSON.stringify(args)).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return `[${escapeMarkdown(label)}](command:${command}?${query})`;
};

const sqnr = ({ advice }: LayerReport): number => (advice && keptDb(advice)) ?? Infinity;

/** The layers that need the most bits, of as many bits those that keep least first. */
export const mostSensitive = (layers: readonly LayerReport[], count: number): readonly LayerReport[] =>
  layers
    .filter(({ advice }) => advice !== null)
    .sort((a, b) => b.advice!.bits - a.advice!.bits || sqnr(a) - sqnr(b))
    .slice(0, count);

export interface HoverFacts {
  readonly file: string;
  readonly bytes: number;
  /** As far as it is known; undefined before the graph is read. */
  readonly report: Report | undefined;
  readonly running: boolean;
  /** Why there is no report, in one line. */
  readonly error: string | undefined;
  /** Markdown of the link that opens the model. */
  readonly link: string;
}

const LAYERS = 3;

const evidence = (report: Report, t: Translate): string =>
  ({ weights: t('from the weights alone'), synthetic: t('from generated inputs'), data: t('from your inputs') })[report.evidence];

const layerLine = (layer: LayerReport, t: Translate): string => {
  const { bits, outputSqnrDb } = layer.advice!;
  const db = keptDb(layer.advice!);
  const error = db === null ? t('exact') : `${db.toFixed(1)} dB`;
  const kept = outputSqnrDb === undefined ? t('{0} bits, SQNR {1}', bits, error) : t('{0} bits, at the outputs {1}', bits, error);
  return `- ${escapeMarkdown(layer.name)} (${escapeMarkdown(layer.op)}): ${kept}`;
};

function advice(report: Report, t: Translate): string[] {
  const layers = mostSensitive(report.layers, LAYERS);
  if (layers.length > 0)
    return [`${t('Most sensitive layers')} (${evidence(report, t)}):`, layers.map((layer) => layerLine(layer, t)).join('\n')];
  if (report.layers.length > 0) return [t('No layer could be analyzed; open the model to see why.')];
  return [t('There are no weights to quantize in this model.')];
}

/** Title, figures, the most sensitive layers with their evidence, and a link. */
export function hoverMarkdown({ file, bytes, report, running, error, link }: HoverFacts, t: Translate): string {
  const title = `**${escapeMarkdown(file)}**`;
  if (error !== undefined) return [title, escapeMarkdown(error, MAX_ERROR), link].join('\n\n');
  const figures = [
    formatBytes(report?.model.bytes ?? bytes),
    ...(report ? [t('{0} parameters', report.model.parameters.toLocaleString('en-US')), t('opset {0}', report.model.opset)] : []),
  ].join(' · ');
  return [
    title,
    figures,
    ...(running ? [t('The analysis is running; hover again for its advice.')] : []),
    ...(report && !running ? advice(report, t) : []),
    link,
  ].join('\n\n');
}
