import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { figureTable, figureTableStyles } from '../components/figureTable.js';
import '../components/menu.js';
import type { MenuItem } from '../components/menu.js';
import { offerFile } from '../components/offer.js';
import { shared } from '../components/styles.js';
import '../components/term.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import type { Term } from '../text/terms.js';
import './chart.js';
import type { ChartConfig, PlChart } from './chart.js';
import { cellText, csv, type ChartTable } from './chartTable.js';
import type { Palette } from './palette.js';
import { chartPng } from './picture.js';

/**
 * A chart as every view shows it: title, what it says in a sentence, the chart, and a menu that saves it as a picture or as figures and shows its
 * figures as a table instead.
 *
 * Slots: `controls` beside the menu, `below` under the chart, and the default one over the chart, which it covers.
 * Its four parts (head, reading, box, below) follow the rows of a grid it lies in when that gives it `grid-template-rows: subgrid`.
 * `--chart-height` is the height of the box.
 * Events: `pl-save`; `pl-chart-layout` of the chart, whenever its axes have moved.
 */
export class PlChartFrame extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    term: { attribute: false },
    reading: { attribute: false },
    build: { attribute: false },
    table: { attribute: false },
    file: { attribute: false },
    placeholder: { attribute: false },
    asTable: { state: true },
  };
  declare heading: string;
  /** Explains the heading. */
  declare term: Term | undefined;
  /** One sentence with the figures that count and their units. */
  declare reading: string;
  /** A new function is a new chart; null when there is nothing to draw. */
  declare build: ((palette: Palette) => ChartConfig) | null;
  declare table: ChartTable | null;
  /** What saved files are called, without extension. */
  declare file: string;
  /** Said in place of a chart that is not there. */
  declare placeholder: string;
  declare private asTable: boolean;

  static override readonly styles = [
    shared,
    figureTableStyles,
    css`
      :host {
        --chart-height: 240px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto auto auto auto;
        align-content: start;
        min-width: 0;
      }
      figure {
        display: contents;
      }
      .head {
        align-items: center;
        column-gap: 8px;
        display: flex;
        flex-wrap: wrap;
        min-height: 26px;
      }
      h3 {
        flex: 1 1 0;
        min-width: 9em;
        overflow-wrap: anywhere;
      }
      .tools {
        align-items: center;
        column-gap: 8px;
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        margin-inline-start: auto;
      }
      .reading {
        color: var(--muted);
        line-height: 1.45;
        margin: 2px 0 6px;
        /* most are of two lines, so that charts beside each other stand level */
        min-height: 2.9em;
        text-wrap: pretty;
      }
      .box {
        height: var(--chart-height);
        min-width: 0;
        position: relative;
      }
      pl-chart {
        height: 100%;
      }
      .box .scroll {
        max-height: 100%;
      }
      .placeholder {
        align-items: center;
        border: 1px dashed var(--line);
        color: var(--muted);
        display: flex;
        height: 100%;
        justify-content: center;
        padding: 12px;
        text-align: center;
      }
    `,
  ];

  constructor() {
    super();
    this.term = undefined;
    this.build = null;
    this.table = null;
    this.reading = '';
    this.placeholder = '';
    this.file = 'chart';
    this.asTable = false;
  }

  /** The element that draws; null while there is nothing to draw or figures stand in its place. */
  get chart(): PlChart | null {
    return this.renderRoot.querySelector('pl-chart');
  }

  private get stem(): string {
    return displayName(this.file, 80);
  }

  private readonly savePicture = async (): Promise<void> => {
    if (this.build) offerFile(this, `${this.stem}.png`, await chartPng(this.build, this.heading, this.reading));
  };

  private get items(): readonly MenuItem[] {
    const { build, table, asTable } = this;
    return [
      ...(build ? [{ label: t('Save as PNG…'), icon: 'file-media', act: () => void this.savePicture() } as const] : []),
      ...(table ? [{ label: t('Save as CSV…'), icon: 'save', act: () => offerFile(this, `${this.stem}.csv`, csv(table)) } as const] : []),
      ...(table ? [{ label: t('Show as table'), icon: 'table', checked: asTable, act: () => (this.asTable = !asTable) } as const] : []),
    ];
  }

  private content(): TemplateResult {
    const { build, table, heading, reading } = this;
    if (!build) return html`<div class="placeholder">${this.placeholder}</div>`;
    if (!this.asTable || !table) return html`<pl-chart .build=${build} .label=${`${heading}. ${reading}`}></pl-chart><slot></slot>`;
    const { columns, rows } = table;
    const body = rows().map(([head, ...cells]) => ({
      head: html`<bdi>${cellText(head, columns[0])}</bdi>`,
      cells: columns.slice(1).map((column, i) => cellText(cells[i], column)),
    }));
    return figureTable(heading, columns, [{ rows: body }]);
  }

  protected override render() {
    const { heading, term, items } = this;
    return html`<figure aria-label=${heading}>
      <div class="head">
        <h3>${term ? html`<pl-term .term=${term}>${heading}</pl-term>` : heading}</h3>
        <div class="tools">
          <slot name="controls"></slot>
          ${
            this.build && items.length > 0
              ? html`<pl-menu .label=${t('Save or show as table: {0}', heading)} .symbol=${'ellipsis'} .items=${items}></pl-menu>`
              : nothing
          }
        </div>
      </div>
      <p class="reading">${this.reading}</p>
      <div class="box">${this.content()}</div>
      <slot name="below"></slot>
    </figure>`;
  }
}

customElements.define('pl-chart-frame', PlChartFrame);
