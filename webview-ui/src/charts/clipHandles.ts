import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { shared } from '../components/styles.js';
import { formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { keyMove, moveEnd, type ClipLimits, type End } from '../view/clipRange.js';
import type { ClipMark } from '../view/histogram.js';
import { toValue, toVisiblePixel } from './axisScale.js';
import type { ChartLayout } from './chart.js';

/** A step of a user's hand: the range by now, and whether the hand has let go of it. */
export interface ClipMove {
  readonly range: ClipMark;
  readonly done: boolean;
}

/** Milliseconds after the last key that a range is taken as meant. */
const SETTLED = 350;

/**
 * The two ends of a clip range over a chart, to be dragged by mouse and finger and moved by keys. Event `pl-clip` with a `ClipMove`; `pl-commit` when Enter takes the range over.
 */
export class PlClipHandles extends LitElement {
  static override readonly properties = {
    layout: { attribute: false },
    range: { attribute: false },
    limits: { attribute: false },
    says: { attribute: false },
    dragged: { state: true },
  };
  /** Null until the chart has been drawn. */
  declare layout: ChartLayout | null;
  declare range: ClipMark;
  declare limits: ClipLimits;
  /** What the range does, in a few words, for those who do not see it. */
  declare says: string;
  declare private dragged: End | null;

  static override readonly styles = [
    shared,
    css`
      :host {
        inset: 0;
        pointer-events: none;
        position: absolute;
      }
      .handle {
        cursor: ew-resize;
        margin-inline-start: -12px;
        outline: none;
        pointer-events: auto;
        position: absolute;
        touch-action: none;
        width: 24px;
      }
      .grip {
        background: var(--vscode-editor-background);
        border: 2px solid var(--vscode-charts-yellow, currentColor);
        border-radius: 4px;
        height: 24px;
        inset-block-end: 0;
        inset-inline-start: 6px;
        position: absolute;
        width: 12px;
      }
      .grip::after {
        border-inline: 1px solid var(--vscode-foreground);
        content: '';
        inset: 5px 3px;
        position: absolute;
      }
      .handle:hover .grip,
      .handle.dragged .grip {
        background: var(--vscode-charts-yellow, currentColor);
      }
      .handle:focus-visible .grip {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
    `,
  ];

  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.layout = null;
    this.says = '';
    this.dragged = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.settling);
  }

  private tell(range: ClipMark, done: boolean): void {
    this.dispatchEvent(new CustomEvent<ClipMove>('pl-clip', { detail: { range, done } }));
  }

  private drag(end: End, event: PointerEvent): void {
    const handle = event.currentTarget as HTMLElement;
    if (!this.layout || event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    this.dragged = end;
    // the hand stays where it took the handle
    const shift = event.clientX - this.getBoundingClientRect().left - toVisiblePixel(this.layout, this.range[end]);
    let { range } = this;
    const move = ({ clientX }: PointerEvent): void => {
      if (!this.layout) return;
      range = moveEnd(range, end, toValue(this.layout, clientX - this.getBoundingClientRect().left - shift), this.limits);
      this.tell(range, false);
    };
    const stop = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('lostpointercapture', stop);
      this.dragged = null;
      this.tell(range, true);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', stop);
  }

  private key(end: End, event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('pl-commit'));
      return;
    }
    const range = keyMove(this.range, end, event.key, event.shiftKey, this.limits);
    if (!range) return;
    event.preventDefault();
    this.tell(range, false);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell(this.range, true), SETTLED);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { layout, range } = this;
    if (!layout || !(changed.has('layout') || changed.has('range'))) return;
    for (const end of ['lo', 'hi'] as const) {
      const handle = this.renderRoot.querySelector<HTMLElement>(`.${end}`)!;
      handle.style.left = `${toVisiblePixel(layout, range[end])}px`;
      handle.style.top = `${layout.top}px`;
      handle.style.height = `${layout.bottom - layout.top}px`;
    }
  }

  private handle(end: End, label: string): TemplateResult {
    const { range, limits, says } = this;
    return html`<div
      class="handle ${end} ${this.dragged === end ? 'dragged' : ''}"
      role="slider"
      tabindex="0"
      aria-label=${label}
      aria-orientation="horizontal"
      aria-valuemin=${end === 'lo' ? limits.lo : 0}
      aria-valuemax=${end === 'hi' ? limits.hi : 0}
      aria-valuenow=${range[end]}
      aria-valuetext=${says === '' ? formatReal(range[end]) : t('{0}. {1}', formatReal(range[end]), says)}
      @pointerdown=${(event: PointerEvent) => this.drag(end, event)}
      @keydown=${(event: KeyboardEvent) => this.key(end, event)}
    >
      <div class="grip"></div>
    </div>`;
  }

  protected override render() {
    if (!this.layout) return nothing;
    return html`${this.handle('lo', t('Lower end of the clip range'))}${this.handle('hi', t('Upper end of the clip range'))}`;
  }
}

customElements.define('pl-clip-handles', PlClipHandles);
