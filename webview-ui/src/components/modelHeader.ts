import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { exportFormats, type ExportFormat } from '../../../src/report/exportFormat.js';
import { formatBytes, formatCount, formatReal } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { withRun } from '../view/run.js';
import { runSentences } from '../view/runSummary.js';
import { share, type PageState } from '../view/state.js';
import { finished, sizes, summarize } from '../view/summary.js';
import './budgetPicker.js';
import './evidenceBadge.js';
import { icon } from './icon.js';
import { progressLine, progressLineStyles } from './progressLine.js';
import './menu.js';
import './planLine.js';
import './runBar.js';
import { shared } from './styles.js';

/** What the model is, what the analysis says of it as a whole, and how far it got. Events: `pl-cancel`, `pl-restart`, `pl-act`, `pl-find`, `pl-show-plan`, `pl-export`. */
export class PlModelHeader extends LitElement {
  static override readonly properties = { state: { attribute: false }, file: { attribute: false }, target: { attribute: false } };
  declare state: PageState;
  declare file: string;
  /** dB */
  declare target: number;

  static override readonly styles = [
    shared,
    progressLineStyles,
    css`
      :host {
        display: block;
        padding: 12px 16px 10px;
      }
      .top {
        align-items: center;
        column-gap: 16px;
        display: flex;
        flex-wrap: wrap;
        row-gap: 4px;
      }
      .identity {
        align-items: baseline;
        column-gap: 10px;
        display: flex;
        flex: 1 1 20em;
        flex-wrap: wrap;
        line-height: 1.5;
        min-width: 0;
      }
      h1 {
        font-size: 1.3em;
        overflow-wrap: anywhere;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li:not(:last-child)::after {
        content: '·';
        margin-inline: 0.5em;
      }
      .run {
        align-items: center;
        column-gap: 10px;
        display: flex;
        min-height: 26px;
      }
      .summary {
        font-size: 1.08em;
        line-height: 1.45;
        margin-top: 6px;
      }
      pl-budget-picker {
        margin-top: 6px;
      }
      .ran,
      .size {
        line-height: 1.45;
        margin-top: 2px;
      }
      .note,
      .failure {
        margin-top: 4px;
      }
      .failure {
        line-height: 1.45;
        overflow-wrap: anywhere;
      }
      .note .icon,
      .failure .icon {
        margin-inline-end: 4px;
      }
      details {
        margin-top: 4px;
      }
      summary {
        cursor: pointer;
        width: fit-content;
      }
      details p,
      details details {
        line-height: 1.45;
        overflow-wrap: anywhere;
        padding-inline-start: 1.2em;
      }
      @media (max-width: 640px) {
        :host {
          padding-inline: 12px;
        }
      }
    `,
  ];

  private readonly low = matchMedia('(max-height: 760px)');
  private readonly resized = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.low.addEventListener('change', this.resized);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.low.removeEventListener('change', this.resized);
  }

  private emit(type: 'pl-cancel' | 'pl-restart'): void {
    this.dispatchEvent(new CustomEvent(type));
  }

  private identity(): TemplateResult {
    const model = this.state.report?.model;
    const known = model
      ? [
          model.opset > 0 ? t('{0}, opset {1}', model.format.toUpperCase(), model.opset) : model.format.toUpperCase(),
          model.producer === '' ? null : html`<bdi title=${t('Made by')}>${displayName(model.producer, 60)}</bdi>`,
          formatBytes(model.bytes),
          model.parameters === 1 ? t('1 parameter') : t('{0} parameters', formatCount(model.parameters)),
        ]
      : [];
    return html`<div class="identity">
      <h1><bdi>${displayName(model?.file ?? this.file, 120)}</bdi></h1>
      <ul class="muted" ?hidden=${known.length === 0}>
        ${known.flatMap((part) => (part === null ? [] : [html`<li>${part}</li>`]))}
      </ul>
      ${this.state.report ? html`<pl-evidence-badge .run=${this.state.run} .layers=${this.state.report.layers.length}></pl-evidence-badge>` : nothing}
    </div>`;
  }

  private run(): TemplateResult {
    const { phase, progress, report } = this.state;
    if (phase === 'loading' || phase === 'streaming') {
      const done = share(progress);
      const percent = done === null ? null : Math.floor(done * 100);
      const stage = progress?.stage === 'weights' ? t('Analyzing weights') : t('Reading the model');
      const line = percent === null ? t('{0}…', stage) : t('{0}: {1} %', stage, percent);
      return html`<div class="run">${progressLine({ stage, percent, line }, () => this.emit('pl-cancel'))}</div>`;
    }
    if (phase === 'failed' && report?.layers.length) {
      return html`<div class="run">
        <span class="words" role="alert">${icon('error', 'error')} ${displayName(this.state.error ?? '', 300)}</span>
        <vscode-button @click=${() => this.emit('pl-restart')}>${t('Analyze again')}</vscode-button>
      </div>`;
    }
    if (phase === 'cancelled') {
      const layers = report?.layers ?? [];
      return html`<div class="run">
        <span class="words muted"
          >${t('Cancelled: {0} of {1} layers analyzed', formatCount(finished(layers)), formatCount(layers.length))}</span
        >
        <vscode-button @click=${() => this.emit('pl-restart')}>${t('Analyze again')}</vscode-button>
      </div>`;
    }
    return html`<pl-run-bar .run=${this.state.run} .layers=${report?.layers.length ?? 0} @pl-act=${this.passOn}></pl-run-bar>`;
  }

  private findings(): TemplateResult {
    const { report, phase } = this.state;
    if (!report || report.layers.length === 0) return html``;
    if (phase !== 'done') {
      const done = finished(report.layers);
      return html`<p class="summary muted">
        ${t('{0} of {1} layers analyzed so far.', formatCount(done), formatCount(report.layers.length))}
      </p>`;
    }
    // a run that did not end has told of some layers only
    const shown = this.state.run.view.kind === 'done' ? withRun(report, this.state.run) : report;
    return html`<p class="summary">${summarize(shown, this.target)}</p>`;
  }

  /** What a run and the suggestion come to as a whole. */
  private facts(): TemplateResult | typeof nothing {
    const { report, phase } = this.state;
    if (phase !== 'done' || !report?.layers.length) return nothing;
    const shown = this.state.run.view.kind === 'done' ? withRun(report, this.state.run) : report;
    const { now, suggested } = sizes(shown.layers);
    const smaller = suggested > 0 ? now / suggested : 0;
    const ran = runSentences(withRun(report, this.state.run));
    return html`${ran.length > 0 ? html`<p class="ran">${ran.join(' ')}</p>` : nothing}
    ${
      suggested < now
        ? html`<p class="size muted">
            ${t('Layer weights: {0} now, {1} as suggested ({2} times smaller).', formatBytes(now), formatBytes(suggested), formatReal(smaller))}
            ${t('Estimate with scales, weights only.')}
          </p>`
        : nothing
    }`;
  }

  private planning(): TemplateResult | typeof nothing {
    const { phase, report, plan, run } = this.state;
    if (phase !== 'done' || !report?.layers.length) return nothing;
    return html`<pl-budget-picker
      .plan=${plan}
      .run=${run}
      .layers=${report.layers}
      @pl-act=${this.passOn}
      @pl-find=${this.passOn}
      @pl-show-plan=${this.passOn}
    ></pl-budget-picker>`;
  }

  private readonly passOn = ({ type, detail }: Event & { readonly detail?: unknown }): void =>
    void this.dispatchEvent(new CustomEvent(type, { detail }));

  /** What the plan can be taken along as. */
  private exports(): TemplateResult | typeof nothing {
    const { phase, report } = this.state;
    if (phase !== 'done' || !report?.layers.length) return nothing;
    const names: Readonly<Record<ExportFormat, string>> = {
      qdq: t('Quantized ONNX model (QDQ)…'),
      'ort-overrides': t('ONNX Runtime overrides…'),
      'aimet-2': t('AIMET 2 encodings…'),
      report: t('Report (JSON)…'),
      html: t('Report (HTML page)…'),
      csv: t('Report (CSV)…'),
      markdown: t('Report (Markdown)…'),
      plan: t('Plan file…'),
    };
    const items = exportFormats.map((as) => ({
      label: names[as],
      act: () => this.dispatchEvent(new CustomEvent('pl-export', { detail: as })),
    }));
    return html`<pl-menu .label=${t('Export the plan or a report')} .text=${t('Export')} .symbol=${'export'} .items=${items}></pl-menu>`;
  }

  /** Why the run gave nothing, or not all; what there is stays. */
  private failure(): TemplateResult | typeof nothing {
    const { kind, error } = this.state.run.view;
    if (kind !== 'failed' || error === null) return nothing;
    return html`<p class="failure" role="alert">
      ${icon('error', 'error')}<span>${t('The run failed: {0}', displayName(error, 500))}</span>
    </p>`;
  }

  private warnings(): TemplateResult | typeof nothing {
    const { report, run } = this.state;
    // what went wrong stands above
    const { error } = run.view;
    const all = run.head?.warnings ?? report?.warnings ?? [];
    const warnings = error === null ? all : all.filter((warning) => !warning.includes(error));
    if (warnings.length === 0) return nothing;
    const line = (text: string) => html`${icon('info')}<span>${displayName(text, 1000)}</span>`;
    return warnings.length === 1
      ? html`<p class="note muted">${line(warnings[0])}</p>`
      : html`<details class="muted">
          <summary>
            ${run.head ? t('{0} notes on how the model was read and run', formatCount(warnings.length)) : t('{0} notes on how the model was read', formatCount(warnings.length))}
          </summary>
          ${warnings.map((warning) => html`<p>${displayName(warning, 1000)}</p>`)}
        </details>`;
  }

  /** Facts and notes behind one line, for a low window: the views below need the room. */
  private folded(): TemplateResult | typeof nothing {
    const [facts, warnings] = [this.facts(), this.warnings()];
    return facts === nothing && warnings === nothing
      ? nothing
      : html`<details class="muted">
          <summary>${t('More about the model as a whole')}</summary>
          ${facts} ${warnings}
        </details>`;
  }

  protected override render() {
    const low = this.low.matches;
    return html`<header>
      <div class="top">${this.identity()} ${this.run()} ${this.exports()}</div>
      ${this.failure()} ${this.findings()} ${low ? nothing : this.facts()} ${this.planning()}
      <pl-plan-line .yours=${this.state.yours} .dirty=${this.state.dirty} .notice=${this.state.notice}></pl-plan-line>
      ${low ? this.folded() : this.warnings()}
    </header>`;
  }
}

customElements.define('pl-model-header', PlModelHeader);
