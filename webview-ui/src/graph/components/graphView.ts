import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ModelGraph } from '../../../../src/report/graph.js';
import type { LayerReport } from '../../../../src/report/types.js';
import { controlStyles } from '../../components/controls.js';
import { icon } from '../../components/icon.js';
import { offerFile } from '../../components/offer.js';
import { shared } from '../../components/styles.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import type { Camera } from '../camera.js';
import type { Look } from '../draw/draw.js';
import { readGraphPalette } from '../draw/palette.js';
import type { Shade, ShadeColumn } from '../fill.js';
import { buildHierarchy, firstOpen, modulesAround, nodesIn, type Hierarchy } from '../hierarchy.js';
import { describeBox, fullName } from '../labels.js';
import { layoutClient } from '../layout/client.js';
import { layoutRequest } from '../layout/request.js';
import { startLayoutWorker } from '../layout/startWorker.js';
import { graphPng, graphSvg } from '../picture.js';
import { buildScene, shownBox, type Scene } from '../scene.js';
import { search } from '../search.js';
import { shadeColumns, shadesOf } from '../shade.js';
import { traceFrom, type Trace } from '../trace.js';
import { MOST_OPEN, type GraphViewState } from '../viewState.js';
import { visibleGraph, type Visible } from '../visible.js';
import './graphCanvas.js';
import type { PlGraphCanvas } from './graphCanvas.js';
import { graphLegend } from './graphLegend.js';
import './graphOutline.js';
import { graphTools, type GraphAction } from './graphTools.js';
import { graphViewStyles } from './graphViewStyles.js';
import './minimap.js';
import type { PlMinimap } from './minimap.js';

/**
 * The graph of the model: as a picture and as an outline, coloured by a column of the layer table. What is chosen here is chosen everywhere.
 * Events: `pl-select` with the index of a layer, `pl-enter` when its detail is wanted, `pl-graph-view` with what has changed of the view,
 * `pl-camera` with what is in sight, `pl-save` with a file.
 */
export class PlGraphView extends LitElement {
  static override readonly properties = {
    fetchGraph: { attribute: false },
    layers: { attribute: false },
    planned: { attribute: false },
    target: { attribute: false },
    selected: { attribute: false },
    view: { attribute: false },
    initialCamera: { attribute: false },
    file: { attribute: false },
    hierarchy: { state: true },
    open: { state: true },
    scene: { state: true },
    chosen: { state: true },
    hovered: { state: true },
    query: { state: true },
    busy: { state: true },
    trouble: { state: true },
  };
  declare fetchGraph: () => Promise<ModelGraph>;
  /** As they are planned. */
  declare layers: readonly LayerReport[];
  /** Whether there is a plan besides the suggestions. */
  declare planned: boolean;
  /** dB */
  declare target: number;
  /** Index into `layers`. */
  declare selected: number | null;
  declare view: GraphViewState;
  /** What was in sight when the page was left. */
  declare initialCamera: Camera | null;
  /** Name of the model's file. */
  declare file: string;
  declare private hierarchy: Hierarchy | null;
  declare private open: ReadonlySet<number>;
  declare private scene: Scene | null;
  declare private chosen: number | null;
  declare private hovered: number | null;
  declare private query: string;
  declare private busy: boolean;
  declare private trouble: string | null;

  static override readonly styles = [shared, controlStyles, graphViewStyles];

  private readonly layouts = layoutClient(startLayoutWorker);
  private visible: Visible | null = null;
  private columns: readonly ShadeColumn[] = [];
  private shades: ReadonlyMap<number, Shade> = new Map();
  private results: readonly number[] = [];
  private found: ReadonlySet<number> = new Set();
  private trace: Trace | null = null;
  private traced: readonly unknown[] = [];
  private readonly layersIn = new Map<number, readonly number[]>();
  /** What is to stay where it is, or to be brought into sight, once the graph is laid out anew. */
  private afterLayout: ((canvas: PlGraphCanvas) => void) | undefined;
  private result = -1;

  constructor() {
    super();
    this.planned = false;
    this.hierarchy = null;
    this.open = new Set();
    this.scene = null;
    this.chosen = null;
    this.hovered = null;
    this.query = '';
    this.busy = true;
    this.trouble = null;
  }

  private get canvas(): PlGraphCanvas | null {
    return this.renderRoot.querySelector<PlGraphCanvas>('pl-graph-canvas');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hierarchy) void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.layouts.dispose();
  }

  private readonly load = async (): Promise<void> => {
    this.trouble = null;
    try {
      const hierarchy = buildHierarchy(await this.fetchGraph());
      const keys = this.view.open && new Set(this.view.open);
      this.hierarchy = hierarchy;
      this.setOpen(
        keys ? new Set(hierarchy.boxes.filter(({ point, key }) => !point && keys.has(key)).map(({ id }) => id)) : firstOpen(hierarchy),
      );
      if (this.selected === null) return;
      if (keys) this.chosen = this.shown(hierarchy.graph.layerNodes[this.selected]);
      else this.follow(this.selected, this.initialCamera === null);
    } catch (error) {
      this.fail(error);
    }
  };

  private fail(error: unknown): void {
    this.busy = false;
    this.trouble = error instanceof Error ? error.message : String(error);
  }

  private change(detail: Partial<GraphViewState>): void {
    this.dispatchEvent(new CustomEvent('pl-graph-view', { detail }));
  }

  /** The box that stands for `node` as the graph is now. */
  private shown(node: number): number | null {
    const { hierarchy, visible, open } = this;
    return hierarchy && visible && hierarchy.boxes[node] ? shownBox({ hierarchy, visible, open }, node) : null;
  }

  /** Shows other modules open, once the graph is laid out for it. */
  private setOpen(open: ReadonlySet<number>): void {
    const { hierarchy } = this;
    if (!hierarchy) return;
    this.open = open;
    this.visible = visibleGraph(hierarchy, open);
    const visible = this.visible;
    if (this.chosen !== null) this.chosen = shownBox({ hierarchy, visible, open }, this.chosen);
    this.busy = true;
    this.trouble = null;
    this.layouts.layout(layoutRequest(hierarchy, visible)).then(
      (layout) => {
        if (!layout) return;
        this.busy = false;
        this.scene = buildScene(hierarchy, visible, open, layout);
      },
      (error: unknown) => this.fail(error),
    );
  }

  private openKept(open: ReadonlySet<number>): void {
    const { boxes } = this.hierarchy!;
    this.change({ open: [...open].slice(0, MOST_OPEN).map((id) => boxes[id].key) });
    this.setOpen(open);
  }

  private readonly toggle = (id: number): void => {
    const open = new Set(this.open);
    if (!open.delete(id)) open.add(id);
    const before = this.scene?.rects.get(id);
    this.afterLayout = (canvas) => {
      if (before) canvas.hold(id, before);
      canvas.reveal(id);
    };
    this.chosen = id;
    this.openKept(open);
  };

  private openAll(): void {
    this.afterLayout = (canvas) => (this.chosen === null ? canvas.fit() : canvas.reveal(this.chosen));
    this.openKept(new Set(this.hierarchy!.boxes.filter(({ point, parent }) => !point && parent >= 0).map(({ id }) => id)));
  }

  private closeAll(): void {
    this.afterLayout = (canvas) => canvas.fit();
    this.openKept(new Set());
  }

  /** Chooses `box`, and the layer it is. */
  private readonly choose = (box: number | null): void => {
    const { hierarchy } = this;
    this.chosen = box;
    if (box === null || !hierarchy) return;
    this.canvas?.reveal(box);
    const [layer] = hierarchy.boxes[box].point ? hierarchy.layers[box] : [];
    if (layer !== undefined && !hierarchy.layers[box].includes(this.selected ?? -1) && layer < this.layers.length)
      this.dispatchEvent(new CustomEvent('pl-select', { detail: layer }));
  };

  /** Opens the modules around `node`, and shows it. */
  private show(node: number, move: boolean): void {
    const { hierarchy, open } = this;
    if (!hierarchy) return;
    const closed = modulesAround(hierarchy, node).filter((module) => module !== hierarchy.root && !open.has(module));
    this.chosen = node;
    if (closed.length > 0) {
      if (move) this.afterLayout = (canvas) => canvas.reveal(node);
      this.openKept(new Set([...open, ...closed]));
      this.chosen = node;
    } else if (move) {
      if (this.scene && this.canvas) this.canvas.reveal(node);
      else this.afterLayout = (canvas) => canvas.reveal(node);
    }
  }

  /** The layer was chosen somewhere else. */
  private follow(layer: number, move: boolean): void {
    const node = this.hierarchy?.graph.layerNodes[layer];
    if (node !== undefined && node !== this.chosen) this.show(node, move);
  }

  private readonly leave = (box: number): void => {
    const { hierarchy } = this;
    if (!hierarchy) return;
    const { parent } = hierarchy.boxes[box];
    this.choose(parent === hierarchy.root ? null : parent);
  };

  private readonly enter = (box: number): void => {
    this.choose(box);
    if (this.hierarchy && this.hierarchy.layers[box].length > 0) this.dispatchEvent(new CustomEvent('pl-enter'));
  };

  private layersOf(box: number): readonly LayerReport[] {
    const { hierarchy } = this;
    if (!hierarchy) return [];
    let indices = this.layersIn.get(box);
    if (!indices) this.layersIn.set(box, (indices = nodesIn(hierarchy, box).flatMap((node) => hierarchy.layers[node])));
    return indices.flatMap((index) => this.layers[index] ?? []);
  }

  private goToMatch(by: 1 | -1): void {
    if (this.results.length === 0) return;
    this.result = (this.result + by + this.results.length) % this.results.length;
    const node = this.results[this.result];
    this.show(node, true);
    const [layer] = this.hierarchy!.layers[node];
    if (layer !== undefined) this.choose(node);
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { hierarchy, visible } = this;
    if (changed.has('layers') || changed.has('planned') || changed.has('target'))
      this.columns = shadeColumns(this.layers, this.target, this.planned);
    if (!hierarchy || !visible) return;
    if (changed.has('selected') && changed.get('selected') !== undefined && this.selected !== null) this.follow(this.selected, true);
    const column = this.column;
    if (changed.has('layers') || changed.has('target') || changed.has('view') || changed.has('open') || changed.has('hierarchy'))
      this.shades = column
        ? shadesOf(new Set([...visible.ends, ...(this.scene?.visible.ends ?? [])]), (box) => this.layersOf(box), column)
        : new Map();
    if (changed.has('query') || changed.has('hierarchy')) {
      this.results = search(hierarchy, this.query);
      this.result = -1;
    }
    if (changed.has('query') || changed.has('open') || changed.has('hierarchy'))
      this.found = new Set(this.results.map((node) => shownBox({ hierarchy, visible, open: this.open }, node)));
    // the links of a trace are those of the scene on show, which may be older than what is open by now
    const { scene, chosen } = this;
    const traced = [scene, chosen, this.view.trace];
    if (traced.some((part, i) => part !== this.traced[i])) {
      this.traced = traced;
      this.trace = scene && chosen !== null && scene.rects.has(chosen) ? traceFrom(scene, chosen, this.view.trace) : null;
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('scene') || !this.scene) return;
    const act = this.afterLayout;
    this.afterLayout = undefined;
    const { canvas } = this;
    if (act && canvas) void canvas.updateComplete.then(() => act(canvas));
  }

  private get column(): ShadeColumn | null {
    return this.columns.find(({ id }) => id === this.view.column) ?? null;
  }

  private get look(): Omit<Look, 'focused'> {
    const { shades, chosen, found, trace } = this;
    return { shades, chosen, found, trace, traceMode: this.view.trace };
  }

  private readonly moved = ({ detail }: CustomEvent<Camera>): void => {
    // at every frame of a movement: only what shows it is told
    const map = this.renderRoot.querySelector<PlMinimap>('pl-minimap');
    if (map) {
      map.camera = detail;
      map.room = this.canvas!.size;
    }
    this.dispatchEvent(new CustomEvent('pl-camera', { detail }));
  };

  private async save(kind: 'png' | 'svg'): Promise<void> {
    if (!this.scene) return;
    const name = `${this.file.replace(/\.[^.]*$/, '')}-graph.${kind}`;
    const look = { ...this.look, focused: false };
    try {
      const bytes =
        kind === 'png' ? await graphPng(this.scene, look, readGraphPalette()) : graphSvg(this.scene, look, readGraphPalette(), name);
      offerFile(this, name, bytes);
    } catch (error) {
      this.trouble = t('The picture could not be drawn: {0}', error instanceof Error ? error.message : String(error));
    }
  }

  private readonly act = (action: GraphAction): void => {
    const { canvas } = this;
    switch (action) {
      case 'open-all': {
        this.openAll();
        return;
      }
      case 'close-all': {
        this.closeAll();
        return;
      }
      case 'zoom-in':
        return canvas?.zoom(1.25);
      case 'zoom-out':
        return canvas?.zoom(0.8);
      case 'fit':
        return canvas?.fit();
      case 'save-png':
        return void this.save('png');
      case 'save-svg':
        return void this.save('svg');
    }
  };

  private tools(): TemplateResult {
    const { query, results, result, view, columns, column } = this;
    return graphTools({
      search: {
        query,
        matches: results.length,
        at: result,
        onQuery: (text) => (this.query = text),
        onMove: (by) => this.goToMatch(by),
      },
      view,
      columns,
      column,
      change: (change) => this.change(change),
      act: this.act,
    });
  }

  private sentence(box: number | null): string {
    const { hierarchy, visible, open } = this;
    return box === null || !hierarchy || !visible ? '' : describeBox(hierarchy, visible, open, box, this.shades.get(box), this.column);
  }

  private about(): TemplateResult {
    const { hierarchy } = this;
    const box = this.hovered ?? this.chosen;
    if (box === null || !hierarchy?.boxes[box])
      return html`<p class="about muted">${t('Choose a box to see what it is; double-click a module to open it.')}</p>`;
    const text = this.sentence(box);
    return html`<p class="about" title=${`${fullName(hierarchy, box)}\n${text}`}>
      <bdi class="name">${fullName(hierarchy, box)}</bdi> <span class="muted">${text}</span>
    </p>`;
  }

  private picture(): TemplateResult {
    const { scene, busy, trouble } = this;
    return html`<div class="picture">
      <pl-graph-canvas
        .scene=${scene}
        .look=${this.look}
        .camera=${this.canvas?.camera ?? this.initialCamera}
        .sentence=${this.sentence(this.chosen)}
        @pl-box=${({ detail }: CustomEvent<number | null>) => this.choose(detail)}
        @pl-toggle=${({ detail }: CustomEvent<number>) => this.toggle(detail)}
        @pl-open=${({ detail }: CustomEvent<number>) => this.enter(detail)}
        @pl-leave=${({ detail }: CustomEvent<number>) => this.leave(detail)}
        @pl-hover=${({ detail }: CustomEvent<number | null>) => (this.hovered = detail)}
        @pl-camera=${this.moved}
      ></pl-graph-canvas>
      ${
        scene
          ? html`<pl-minimap
              .scene=${scene}
              .look=${this.look}
              @pl-centre=${({ detail: { x, y } }: CustomEvent<{ x: number; y: number }>) => this.canvas?.centre(x, y)}
            ></pl-minimap>`
          : nothing
      }
      ${
        trouble === null
          ? busy
            ? html`<p class="busy" role="status">${t('Laying out the graph…')}</p>`
            : nothing
          : html`<div class="busy" role="alert">
              ${icon('error', 'error')} ${displayName(trouble, 500)}
              <vscode-button secondary @click=${this.load}>${t('Try again')}</vscode-button>
            </div>`
      }
    </div>`;
  }

  protected override render() {
    const { hierarchy, visible } = this;
    const { outline } = this.view;
    return html`${this.tools()} ${graphLegend(this.column)}
      <div class="stage ${outline ? 'outlined' : ''}">
        ${
          outline && hierarchy && visible
            ? html`<pl-graph-outline
                .hierarchy=${hierarchy}
                .visible=${visible}
                .open=${this.open}
                .shades=${this.shades}
                .column=${this.column}
                .chosen=${this.chosen}
                .found=${this.found}
                @pl-box=${({ detail }: CustomEvent<number>) => this.choose(detail)}
                @pl-toggle=${({ detail }: CustomEvent<number>) => this.toggle(detail)}
                @pl-open=${({ detail }: CustomEvent<number>) => this.enter(detail)}
              ></pl-graph-outline>`
            : nothing
        }
        ${this.picture()}
      </div>
      ${this.about()}`;
  }
}

customElements.define('pl-graph-view', PlGraphView);
