import { css, html, LitElement, type PropertyValues } from 'lit';
import type { LayerReport } from '../../../src/report/types.js';
import type { ChannelRanges } from '../../../src/report/clipStudy.js';
import { channelChart } from '../charts/channelChart.js';
import '../charts/chartFrame.js';
import type { ChartTable } from '../charts/chartTable.js';
import type { Palette } from '../charts/palette.js';
import type { LayerStudy } from '../study.js';
import { formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { channelReading, channelRows, imbalance, type ChannelRow } from '../view/channelRanges.js';
import { latest } from '../view/latest.js';
import { shared } from './styles.js';
import './term.js';

/** How the values of every channel of a layer's weight are spread. */
export class PlChannelRanges extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    index: { attribute: false },
    study: { attribute: false },
    missing: { attribute: false },
    ranges: { state: true },
    trouble: { state: true },
  };
  declare layer: LayerReport;
  declare index: number;
  declare study: LayerStudy;
  /** Said where there are no figures. */
  declare missing: string;
  declare private ranges: ChannelRanges | null;
  declare private trouble: string | null;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      pl-chart-frame {
        --chart-height: 200px;
      }
      .imbalance {
        color: var(--muted);
        margin-top: 4px;
      }
      strong {
        color: var(--vscode-foreground);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  private rows: readonly ChannelRow[] = [];
  private draw: ((palette: Palette) => ReturnType<typeof channelChart>) | null = null;
  private readonly asked = latest(
    (index: number, signal) => this.study('channelRanges', { index }, signal),
    (ranges) => (this.ranges = ranges),
    (error) => (this.trouble = error.message),
  );

  constructor() {
    super();
    this.ranges = null;
    this.trouble = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.asked.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('layer') as LayerReport | undefined;
    if (changed.has('index') || (changed.has('layer') && (before?.weightStats === null) !== (this.layer.weightStats === null))) {
      this.ranges = null;
      this.trouble = null;
      if (this.layer.weightStats !== null && this.layer.channelAxis !== null) this.asked.ask(this.index);
      else this.asked.stop();
    }
    if (!changed.has('ranges')) return;
    const rows = (this.rows = this.ranges ? channelRows(this.ranges) : []);
    this.draw = rows.length > 0 ? (palette) => channelChart(palette, rows) : null;
  }

  private placeholder(): string {
    if (this.trouble !== null) return this.trouble;
    if (this.layer.channelAxis === null) return t('This weight has no channels.');
    return this.layer.weightStats ? t('Loading…') : this.missing;
  }

  protected override render() {
    const found = imbalance(this.rows);
    const table: ChartTable = {
      columns: [
        { label: t('Channel'), format: formatCount },
        { label: t('Minimum') },
        { label: t('Lower quartile') },
        { label: t('Median') },
        { label: t('Upper quartile') },
        { label: t('Maximum') },
        { label: t('State') },
      ],
      rows: () =>
        this.rows.map(({ channel, min, low, median, high, max, dead }) => [channel, min, low, median, high, max, dead ? t('dead') : '']),
    };
    return html`<pl-chart-frame
      .heading=${t('Ranges of the channels')}
      .term=${'quartiles'}
      .reading=${this.ranges ? channelReading(this.rows) : ''}
      .build=${this.draw}
      .table=${table}
      .file=${`${this.layer.name} ${t('channels')}`}
      .placeholder=${this.placeholder()}
    >
      ${
        found
          ? html`<p slot="below" class="imbalance">
              <pl-term .term=${'imbalance'}>${t('Imbalance')}</pl-term> <strong>${t('{0} ×', formatReal(found.ratio))}</strong>
            </p>`
          : ''
      }
    </pl-chart-frame>`;
  }
}

customElements.define('pl-channel-ranges', PlChannelRanges);
