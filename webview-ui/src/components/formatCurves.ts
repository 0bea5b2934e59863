import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { css, html, LitElement, type PropertyValues } from 'lit';
import type { Advice, LayerReport } from '../../../src/report/types.js';
import '../charts/chartFrame.js';
import { dbCell, type ChartTable } from '../charts/chartTable.js';
import { curveChart } from '../charts/curveChart.js';
import type { Palette } from '../charts/palette.js';
import type { LayerStudy } from '../study.js';
import { formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { curveReading } from '../view/curves.js';
import { measuredFamilies, otherFamilies } from '../view/formatFamilies.js';
import { families, rank, widths, type Basis, type Family } from '../view/schemes.js';
import { shared } from './styles.js';

/** What the chart shows of a layer, to tell whether it has changed: a run tells of a layer again and again, mostly of other things. */
const drawnFigures = ({ name, advice, errors, sensitivity }: LayerReport, planned: Advice | null): string =>
  JSON.stringify([
    [name, ...[advice, planned].map((one) => one && [one.scheme, one.bits, one.sqnrDb, one.outputSqnrDb])],
    errors.map(({ scheme, target, sqnrDb }) => [scheme, target, sqnrDb]),
    sensitivity.map(({ outputSqnrDb, how }) => [outputSqnrDb, how]),
  ]);

/** SQNR by bit width of the schemes that were measured; of the weights also of other formats, which are measured when they are asked for. */
export class PlFormatCurves extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    planned: { attribute: false },
    index: { attribute: false },
    target: { attribute: false },
    study: { attribute: false },
    missing: { attribute: false },
    others: { state: true },
    measured: { state: true },
  };
  declare layer: LayerReport;
  /** What is planned: the suggestion itself, something else in its place, or nothing. */
  declare planned: Advice | null;
  declare index: number;
  /** dB */
  declare target: number;
  declare study: LayerStudy;
  /** Said where there are no figures. */
  declare missing: string;
  /** Whether other formats are shown. */
  declare private others: boolean;
  /** What other formats keep, by scheme. */
  declare private measured: ReadonlyMap<string, number | null>;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .more {
        color: var(--muted);
        margin-top: 4px;
      }
    `,
  ];

  private drawn = '';
  private draw: ((palette: Palette) => ReturnType<typeof curveChart>) | null = null;
  private lines: readonly Family[] = [];
  private abort: AbortController | undefined;

  constructor() {
    super();
    this.others = false;
    this.measured = new Map();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.abort?.abort();
  }

  /** Where the model was run, what counts is the outputs. */
  private get basis(): Basis {
    return this.layer.sensitivity.length > 0 ? 'outputs' : 'weights';
  }

  /** Measures the other formats one by one. Those that fail are left out. */
  private async measure(): Promise<void> {
    this.abort?.abort();
    const { signal } = (this.abort = new AbortController());
    const { index } = this;
    for (const [, scheme] of otherFamilies.flatMap(({ schemes }) => schemes)) {
      try {
        const { sqnrDb } = await this.study('weightError', { index, scheme, clip: null, channel: null, exact: true }, signal);
        if (signal.aborted) return;
        this.measured = new Map([...this.measured, [scheme, sqnrDb]]);
      } catch {
        if (signal.aborted) return;
      }
    }
  }

  protected override willUpdate(changed: PropertyValues): void {
    const fresh = changed.has('index');
    if (fresh) {
      this.abort?.abort();
      this.measured = new Map();
    }
    const wanted = this.others && this.basis === 'weights' && this.layer.weightStats !== null;
    if (wanted && (fresh || changed.has('others')) && this.measured.size === 0) void this.measure();
    const figures = drawnFigures(this.layer, this.planned);
    if (!fresh && figures === this.drawn && !['target', 'others', 'measured'].some((key) => changed.has(key))) return;
    this.drawn = figures;
    const { layer, planned, target, basis } = this;
    const rings = { planned, suggested: layer.advice };
    const lines = (this.lines = [...families(layer, basis), ...(wanted ? measuredFamilies(this.measured) : [])]);
    this.draw = lines.length > 0 ? (palette) => curveChart(palette, lines, target, rings, basis) : null;
  }

  /** Formats that are wider than the chart. */
  private wider(): string {
    if (this.basis !== 'weights') return '';
    const wide = this.layer.errors.filter(({ target, bits }) => target === 'weight' && bits > widths[widths.length - 1]);
    return wide.map(({ scheme, sqnrDb }) => t('{0}: {1} dB', scheme.split('/')[0], formatDb(sqnrDb))).join(t(', '));
  }

  private reading(): string {
    const { layer, planned, target, basis } = this;
    if (layer.errors.length === 0) return '';
    const said = curveReading(layer, target, basis);
    return planned === layer.advice ? said : `${said} ${t('The ring is your plan, the dashed one the suggestion.')}`;
  }

  protected override render() {
    const { layer, basis, lines } = this;
    const table: ChartTable = {
      columns: [{ label: t('Bits'), format: formatCount }, ...lines.map(({ label }) => ({ label, format: dbCell }))],
      rows: () =>
        widths.map((bits) => [
          bits,
          ...lines.map(({ errors }) => {
            const error = errors.find((candidate) => candidate.bits === bits);
            return error ? rank(error.sqnrDb) : null;
          }),
        ]),
    };
    const wider = this.wider();
    return html`<pl-chart-frame
      .heading=${basis === 'weights' ? t('SQNR by bit width') : t('SQNR at the outputs by bit width')}
      .term=${basis === 'weights' ? 'sqnr' : 'effect'}
      .reading=${this.reading()}
      .build=${this.draw}
      .table=${table}
      .file=${`${layer.name} ${t('SQNR')}`}
      .placeholder=${this.missing}
    >
      ${
        basis === 'weights' && layer.weightStats
          ? html`<vscode-checkbox
              slot="controls"
              label=${t('Other formats')}
              .checked=${this.others}
              @change=${(event: Event) => (this.others = (event.target as HTMLElement & { checked: boolean }).checked)}
            ></vscode-checkbox>`
          : ''
      }
      ${wider ? html`<p slot="below" class="more">${t('Wider: {0}', wider)}</p>` : ''}
    </pl-chart-frame>`;
  }
}

customElements.define('pl-format-curves', PlFormatCurves);
