import { css, html, LitElement } from 'lit';
import { t } from '../text/l10n.js';
import { shared } from './styles.js';

/** The bar between table and detail: dragged, or moved with the arrow keys. Event `pl-split`: the wanted share 0…1 of the room around it. */
export class PlSash extends LitElement {
  static override readonly properties = { split: { attribute: false } };
  declare split: number;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
      }
      div {
        border-top: 1px solid var(--line);
        cursor: ns-resize;
        height: 5px;
        touch-action: none;
      }
      div:hover,
      div:focus-visible {
        background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
        outline: none;
      }
    `,
  ];

  private move(split: number): void {
    this.dispatchEvent(new CustomEvent('pl-split', { detail: Math.min(0.85, Math.max(0.15, split)) }));
  }

  private readonly drag = (event: PointerEvent): void => {
    const bar = event.currentTarget as HTMLElement;
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const around = this.parentElement!.getBoundingClientRect();
    this.move((event.clientY - around.top) / around.height);
  };

  private readonly key = (event: KeyboardEvent): void => {
    const change = { ArrowUp: -0.04, ArrowDown: 0.04 }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    this.move(this.split + change);
  };

  protected override render() {
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation="horizontal"
      aria-label=${t('Height of the table')}
      aria-valuemin="15"
      aria-valuemax="85"
      aria-valuenow=${Math.round(this.split * 100)}
      @pointerdown=${(event: PointerEvent) => (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)}
      @pointermove=${this.drag}
      @keydown=${this.key}
    ></div>`;
  }
}

customElements.define('pl-sash', PlSash);
