import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { LayerChoice } from '../../../src/report/choices.js';
import type { LayerHistogram, LayerReport } from '../../../src/report/types.js';
import type { LayerStudy } from '../study.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { adviceSentence, planSentence } from '../view/curves.js';
import { classesSentence } from '../view/effects.js';
import { facts } from '../view/facts.js';
import { isSuggested, plannedError, type Planned } from '../view/planned.js';
import './channelRanges.js';
import './clipCurve.js';
import { icon } from './icon.js';
import './activationsTable.js';
import './effectsTable.js';
import './findingsList.js';
import './formatCurves.js';
import { shared } from './styles.js';
import { layerDetailStyles } from './layerDetailStyles.js';
import './term.js';
import './valueClip.js';
import type { ValueClipsFound } from './valueClip.js';
import './weightClip.js';
import type { ClipsFound } from './weightClip.js';

/** Everything about one layer: the suggestion and why, its weights against the clip range, its SQNR by bits, its figures. */
export class PlLayerDetail extends LitElement {
  static override readonly properties = {
    layer: { attribute: false },
    index: { attribute: false },
    target: { attribute: false },
    running: { attribute: false },
    measuring: { attribute: false },
    planned: { attribute: false },
    asPlanned: { attribute: false },
    logScale: { attribute: false },
    fetchHistogram: { attribute: false },
    study: { attribute: false },
    choice: { attribute: false },
    found: { state: true },
    foundOfValues: { state: true },
  };
  /** With what is suggested. */
  declare layer: LayerReport;
  /** Of `layer` in the report. */
  declare index: number;
  /** dB */
  declare target: number;
  declare running: boolean;
  /** Whether effects at the outputs are still to come. */
  declare measuring: boolean;
  /** What the user's plan gives the layer. */
  declare planned: Planned;
  /** `layer` with that in the place of what is suggested; itself where it is the same. */
  declare asPlanned: LayerReport;
  declare logScale: boolean;
  declare fetchHistogram: (index: number, bins: number) => Promise<LayerHistogram>;
  declare study: LayerStudy;
  /** What the user decided of the layer. */
  declare choice: LayerChoice | undefined;
  /** What is known of clip ranges, and the one being looked at. */
  declare private found: ClipsFound | null;
  /** The same of what it takes in or gives, whichever is looked at. */
  declare private foundOfValues: ValueClipsFound | null;

  static override readonly styles = [shared, layerDetailStyles];

  constructor() {
    super();
    this.choice = undefined;
    this.found = null;
    this.foundOfValues = null;
    this.logScale = true;
    this.running = false;
    this.measuring = false;
  }

  /** Puts the focus on the layer's heading, where a screen reader starts to read. */
  override focus(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  protected override updated(changed: PropertyValues<this>): void {
    // another layer is read from its beginning
    if (changed.has('index') && changed.get('index') !== undefined) this.parentElement?.scrollTo({ top: 0 });
  }

  private distribution(): TemplateResult {
    return html`<pl-weight-clip
      .layer=${this.layer}
      .index=${this.index}
      .choice=${this.choice}
      .planned=${this.planned}
      .study=${this.study}
      .fetchHistogram=${this.fetchHistogram}
      .missing=${this.missing()}
      .logScale=${this.logScale}
      @pl-log-scale=${this.setLogScale}
      @pl-clips=${({ detail }: CustomEvent<ClipsFound>) => (this.found = detail)}
    ></pl-weight-clip>`;
  }

  private readonly setLogScale = ({ detail }: CustomEvent<boolean>): void => {
    this.dispatchEvent(new CustomEvent('pl-log-scale', { detail }));
  };

  /** What clip ranges do to the weights. */
  private clipCurve(): TemplateResult {
    const { layer, found } = this;
    const missing = layer.weightStats === null ? this.missing() : t('This format has no clip range to choose.');
    return html`<pl-clip-curve
      .heading=${t('Error over the clip range')}
      .clips=${found?.clips ?? null}
      .range=${found?.range ?? null}
      .full=${found?.full ?? { lo: 0, hi: 0 }}
      .file=${`${layer.name} ${t('clip range')}`}
      .placeholder=${missing}
    ></pl-clip-curve>`;
  }

  /** What clip ranges do to what the layer takes in or gives. */
  private valueCurve(): TemplateResult | typeof nothing {
    const { layer, foundOfValues } = this;
    if (!foundOfValues) return nothing;
    const { clips, range, full, side, placeholder } = foundOfValues;
    return html`<pl-clip-curve
      .heading=${side === 'input' ? t('Input error over the clip range') : t('Output error over the clip range')}
      .clips=${clips}
      .range=${range}
      .full=${full}
      .file=${`${layer.name} ${side === 'input' ? t('Input') : t('Output')} ${t('clip range')}`}
      .placeholder=${placeholder}
    ></pl-clip-curve>`;
  }

  private curves(): TemplateResult {
    return html`<pl-format-curves
      .layer=${this.layer}
      .planned=${this.asPlanned.advice}
      .index=${this.index}
      .target=${this.target}
      .study=${this.study}
      .missing=${this.missing()}
    ></pl-format-curves>`;
  }

  /** What is planned and what is suggested, in words. */
  private sentences(): string {
    const { layer, asPlanned, planned, target } = this;
    const same = isSuggested(layer, planned);
    const plan = planSentence(asPlanned, planned, same);
    if (!layer.advice) return plan || this.missing();
    const suggestion = adviceSentence(layer, target);
    if (same) return [suggestion, classesSentence(layer), plan].filter(Boolean).join(' ');
    return [plan, classesSentence(asPlanned), t('Suggested: {0}', suggestion)].filter(Boolean).join(' ');
  }

  private missing(): string {
    if (this.layer.problem !== undefined) return t('There are no figures for this layer.');
    return this.running ? t('Still to be analyzed…') : t('Not analyzed.');
  }

  private figures(): TemplateResult {
    return html`<div class="figures">
      <h3>${t('Figures')}</h3>
      <dl>
        ${facts(this.asPlanned, plannedError(this.asPlanned, this.planned)).map(
          ({ label, value, term, isName, alarm }) =>
            html`<div>
              <dt>${term ? html`<pl-term .term=${term}>${label}</pl-term>` : label}</dt>
              <dd>${alarm ? icon('warning', 'warning') : nothing} ${isName ? html`<bdi>${value}</bdi>` : value}</dd>
            </div>`,
        )}
      </dl>
    </div>`;
  }

  /** What makes this layer hard to quantize, and what the running of the model tells of it. */
  private ran(): TemplateResult | typeof nothing {
    const { layer, asPlanned, planned } = this;
    const { activationStats, findings, sensitivity } = layer;
    // none of the effects was measured at a range of the user's own
    const effects = planned.clip ? { ...layer, advice: null } : asPlanned;
    const causes = html`<section>
      <h3>${t('Causes and remedies')}</h3>
      <pl-findings-list .layer=${layer.name} .findings=${findings ?? []} .planned=${this.planned}></pl-findings-list>
    </section>`;
    const { transforms, equalizedBy } = this.planned;
    const told = Boolean(findings?.length) || transforms.length > 0 || equalizedBy !== null;
    if (activationStats === null && sensitivity.length === 0) return told ? html`<div class="ran">${causes}</div>` : nothing;
    return html`<div class="ran">
      <section>
        <h3>${t('Effect on the outputs')}</h3>
        ${
          sensitivity.length > 0
            ? html`<pl-effects-table .layer=${effects}></pl-effects-table>`
            : html`<p class="muted">${this.measuring ? t('Still to be measured…') : t('Not measured.')}</p>`
        }
      </section>
      ${causes}
      <section>
        <h3>${t('Activations')}</h3>
        <pl-activations-table .layer=${layer}></pl-activations-table>
      </section>
    </div>`;
  }

  protected override render() {
    const { layer } = this;
    // columns of about the same length
    const channels = html`<pl-channel-ranges
      .layer=${layer}
      .index=${this.index}
      .study=${this.study}
      .missing=${this.missing()}
    ></pl-channel-ranges>`;
    return html`
      <h2 tabindex="-1" title=${displayName(layer.name, 1000)}>
        <bdi>${displayName(layer.name, 120)}</bdi> <span class="muted"><bdi>${displayName(layer.op, 60)}</bdi></span>
      </h2>
      ${
        layer.problem === undefined
          ? html`<p class="advice">${this.sentences()}</p>`
          : html`<p class="advice problem">${icon('warning', 'warning')}${displayName(layer.problem, 1000)}</p>`
      }
      <div class="parts">
        <div class="column">
          ${this.distribution()} ${layer.activationStats ? nothing : channels}
          ${
            layer.activationStats
              ? html`<pl-value-clip
                  .layer=${layer}
                  .index=${this.index}
                  .choice=${this.choice}
                  .activation=${this.planned.activation}
                  .study=${this.study}
                  .logScale=${this.logScale}
                  @pl-log-scale=${this.setLogScale}
                  @pl-clips=${({ detail }: CustomEvent<ValueClipsFound>) => (this.foundOfValues = detail)}
                ></pl-value-clip>`
              : nothing
          }
        </div>
        <div class="column">
          ${this.curves()} ${this.clipCurve()} ${layer.activationStats ? html`${this.valueCurve()} ${channels}` : nothing}
        </div>
        ${this.figures()}
      </div>
      ${this.ran()}
    `;
  }
}

customElements.define('pl-layer-detail', PlLayerDetail);
