import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { css, html, LitElement, nothing } from 'lit';
import { isFixed, noChoice, showColumn, type ColumnChoice } from '../table/columnLayout.js';
import { t } from '../text/l10n.js';
import type { Column } from '../view/columns.js';
import { controlStyles } from './controls.js';
import { icon } from './icon.js';
import { popoverStyles } from './popoverStyles.js';
import { shared } from './styles.js';

/** Which columns the table shows. Event `pl-columns` with the new choice. */
export class PlColumnMenu extends LitElement {
  static override readonly properties = { columns: { attribute: false }, shown: { attribute: false }, choice: { attribute: false } };
  declare columns: readonly Column[];
  /** Ids of the columns on show. */
  declare shown: readonly string[];
  declare choice: ColumnChoice;

  static override readonly styles = [
    shared,
    controlStyles,
    popoverStyles,
    css`
      :host {
        display: inline-block;
      }
      [popover] {
        padding: 6px 12px;
      }
      vscode-checkbox {
        display: block;
      }
      .tool.reset {
        margin-top: 4px;
        text-decoration: underline;
      }
    `,
  ];

  private get menu(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('[popover]')!;
  }

  private emit(detail: ColumnChoice): void {
    this.dispatchEvent(new CustomEvent('pl-columns', { detail }));
  }

  private readonly place = (): void => {
    const button = this.getBoundingClientRect();
    const { width, height } = this.menu.getBoundingClientRect();
    this.menu.style.left = `${Math.max(8, Math.min(button.left, window.innerWidth - width - 8))}px`;
    this.menu.style.top = `${Math.max(8, Math.min(button.bottom + 2, window.innerHeight - height - 8))}px`;
  };

  protected override render() {
    const missing = this.columns.filter(({ id }) => !this.shown.includes(id)).length;
    const changed = this.choice !== noChoice && (Object.keys(this.choice.shown).length > 0 || Object.keys(this.choice.widths).length > 0);
    return html`<button type="button" class="tool" popovertarget="menu" title=${t('Show, hide and reset columns')}>
        ${icon('settings')}<span>${missing === 0 ? t('Columns') : t('Columns ({0} hidden)', missing)}</span>
      </button>
      <div id="menu" popover role="group" aria-label=${t('Columns')} @toggle=${this.place}>
        ${this.columns
          .filter(({ id }) => !isFixed(id))
          .map(
            ({ id, label }) =>
              html`<vscode-checkbox
                label=${label}
                .checked=${this.shown.includes(id)}
                @change=${(event: Event) =>
                  this.emit(showColumn(this.choice, id, (event.target as HTMLElement & { checked: boolean }).checked))}
              ></vscode-checkbox>`,
          )}
        ${
          changed
            ? html`<button type="button" class="tool reset" @click=${() => this.emit(noChoice)}>${t('As at first')}</button>`
            : nothing
        }
      </div>`;
  }
}

customElements.define('pl-column-menu', PlColumnMenu);
