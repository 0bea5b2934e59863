import { css, html, LitElement } from 'lit';
import { explain, type Term } from '../text/terms.js';
import { shared } from './styles.js';

/** A word with its explanation, which shows on hover and on focus and goes away with Escape. */
export class PlTerm extends LitElement {
  static override readonly properties = { term: { attribute: false } };
  declare term: Term;

  static override readonly styles = [
    shared,
    css`
      button {
        cursor: help;
        text-align: inherit;
        text-decoration: underline dotted 1px;
        text-decoration-color: color-mix(in srgb, currentColor 55%, transparent);
        text-underline-offset: 3px;
      }
      [popover] {
        background: var(--vscode-editorHoverWidget-background);
        border: 1px solid var(--vscode-editorHoverWidget-border, var(--line));
        border-radius: 3px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
        font-size: var(--vscode-font-size);
        font-weight: normal;
        inset: auto;
        line-height: 1.45;
        margin: 0;
        max-width: min(28em, calc(100vw - 16px));
        padding: 6px 9px;
        position: fixed;
        text-align: start;
        white-space: normal;
        width: max-content;
      }
    `,
  ];

  private timer: ReturnType<typeof setTimeout> | undefined;

  private get tip(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('[popover]')!;
  }

  private readonly show = (): void => {
    clearTimeout(this.timer);
    const { tip } = this;
    if (!tip.matches(':popover-open')) tip.showPopover();
    const word = this.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const above = word.top - height - 4;
    tip.style.left = `${Math.max(8, Math.min(word.left, window.innerWidth - width - 8))}px`;
    tip.style.top = `${above >= 8 ? above : Math.min(word.bottom + 4, window.innerHeight - height - 8)}px`;
  };

  private readonly hide = (): void => {
    clearTimeout(this.timer);
    if (this.tip.matches(':popover-open')) this.tip.hidePopover();
  };

  // the pointer may cross the gap into the explanation, to read on or to copy from it
  private readonly leave = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.hide, 150);
  };

  private readonly enter = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.show, this.tip.matches(':popover-open') ? 0 : 300);
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.tip.matches(':popover-open')) return;
    event.stopPropagation();
    this.hide();
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override render() {
    return html`<button
        type="button"
        aria-describedby="tip"
        @focus=${this.show}
        @blur=${this.hide}
        @click=${this.show}
        @keydown=${this.key}
        @pointerenter=${this.enter}
        @pointerleave=${this.leave}
      >
        <slot></slot></button
      ><span id="tip" role="tooltip" popover="manual" @pointerenter=${this.enter} @pointerleave=${this.leave}>${explain(this.term)}</span>`;
  }
}

customElements.define('pl-term', PlTerm);
