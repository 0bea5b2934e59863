import { css, html, LitElement } from 'lit';
import { t } from '../text/l10n.js';
import type { Tab } from '../views/views.js';
import { shared } from './styles.js';

/**
 * Which view is shown; left and right move between them. Event `pl-tab` with the id of the wanted one. The panel belongs to the caller, which
 * labels it.
 */
export class PlTabs extends LitElement {
  static override readonly properties = { tabs: { attribute: false }, current: { attribute: false } };
  declare tabs: readonly Tab[];
  declare current: string;

  static override readonly styles = [
    shared,
    css`
      [role='tablist'] {
        border-bottom: 1px solid var(--line);
        column-gap: 4px;
        display: flex;
        overflow-x: auto;
        padding-inline: 16px;
      }
      [role='tab'] {
        border-bottom: 1px solid transparent;
        color: var(--vscode-panelTitle-inactiveForeground, var(--muted));
        cursor: pointer;
        flex: none;
        margin-bottom: -1px;
        padding: 5px 8px;
      }
      [role='tab']:hover {
        color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
      }
      [aria-selected='true'] {
        border-bottom: 2px solid var(--vscode-panelTitle-activeBorder, currentColor);
        color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
        padding-bottom: 4px;
      }
      @media (max-width: 640px) {
        [role='tablist'] {
          padding-inline: 12px;
        }
      }
    `,
  ];

  private choose(id: string): void {
    this.dispatchEvent(new CustomEvent('pl-tab', { detail: id }));
  }

  private readonly key = (event: KeyboardEvent): void => {
    const at = this.tabs.findIndex(({ id }) => id === this.current);
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      Home: 0,
      End: this.tabs.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const { id } = this.tabs[(to + this.tabs.length) % this.tabs.length];
    this.choose(id);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${id}`)?.focus());
  };

  protected override render() {
    return html`<div role="tablist" aria-label=${t('Views of the model')} @keydown=${this.key}>
      ${this.tabs.map(
        ({ id, label }) =>
          html`<button
            type="button"
            role="tab"
            id="tab-${id}"
            aria-selected=${id === this.current}
            tabindex=${id === this.current ? 0 : -1}
            @click=${() => this.choose(id)}
          >
            ${label}
          </button>`,
      )}
    </div>`;
  }
}

customElements.define('pl-tabs', PlTabs);
