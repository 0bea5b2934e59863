import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { shared } from '../components/styles.js';
import { formatDb, formatInterval } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { ClipLane } from '../view/clipMethods.js';
import { toVisiblePixel } from './axisScale.js';
import type { ChartLayout } from './chart.js';

/** CSS pixels that the chart above leaves free for names on the left and decibels on the right. */
export const LANE_MARGINS = { left: 78, right: 52 };

/** Clip ranges below a histogram and on its axis, one in a row, with what each keeps; a click takes one. Event `pl-lane` with its number. */
export class PlClipLanes extends LitElement {
  static override readonly properties = { layout: { attribute: false }, lanes: { attribute: false }, caption: { attribute: false } };
  declare layout: ChartLayout | null;
  declare lanes: readonly ClipLane[];
  declare caption: string;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      button {
        align-items: center;
        border-radius: 3px;
        column-gap: 6px;
        cursor: pointer;
        display: flex;
        font-size: 0.87em;
        height: 24px;
        justify-content: space-between;
        padding-inline: 4px;
        position: relative;
        width: 100%;
      }
      button:hover {
        background: var(--vscode-list-hoverBackground);
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      button[aria-pressed='true'] {
        background: var(--vscode-list-inactiveSelectionBackground);
        box-shadow: inset 2px 0 var(--vscode-charts-yellow, currentColor);
      }
      .name {
        max-width: 70px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .db {
        font-variant-numeric: tabular-nums;
      }
      svg {
        height: 100%;
        inset: 0;
        overflow: hidden;
        pointer-events: none;
        position: absolute;
        width: 100%;
      }
      line {
        stroke: var(--vscode-descriptionForeground);
        stroke-width: 1.5;
      }
      .typical {
        stroke-width: 4;
      }
      [aria-pressed='true'] line {
        stroke: var(--vscode-charts-yellow, currentColor);
      }
      .dashed {
        stroke-dasharray: 3 3;
      }
    `,
  ];

  constructor() {
    super();
    this.layout = null;
  }

  private picture({ clip, typical }: ClipLane): TemplateResult | typeof nothing {
    const { layout } = this;
    if (!layout) return nothing;
    const [lo, hi] = [toVisiblePixel(layout, clip.lo), toVisiblePixel(layout, clip.hi)];
    const end = (x: number) => svg`<line x1=${x} x2=${x} y1="7" y2="17" />`;
    return html`<svg aria-hidden="true">
      ${svg`<line class=${typical ? 'dashed' : ''} x1=${lo} x2=${hi} y1="12" y2="12" />`}
      ${
        typical
          ? svg`<line class="typical" x1=${toVisiblePixel(layout, typical.lo)} x2=${toVisiblePixel(layout, typical.hi)} y1="12" y2="12" />`
          : nothing
      }
      ${end(lo)}${end(hi)}
    </svg>`;
  }

  protected override render() {
    return html`<div role="group" aria-label=${this.caption}>
      ${this.lanes.map((lane, i) => {
        const { name, title, clip, sqnrDb, chosen } = lane;
        const kept = sqnrDb === undefined ? '' : t('{0} dB', formatDb(sqnrDb));
        return html`<button
          type="button"
          aria-pressed=${chosen}
          title=${[title, formatInterval(clip), kept].filter(Boolean).join('\n')}
          @click=${() => this.dispatchEvent(new CustomEvent('pl-lane', { detail: i }))}
        >
          ${this.picture(lane)}<span class="name">${name}</span><span class="db">${kept}</span>
        </button>`;
      })}
    </div>`;
  }
}

customElements.define('pl-clip-lanes', PlClipLanes);
