import { css, html, LitElement, type PropertyValues } from 'lit';
import { mayAnimate, onPaletteChange } from '../../charts/palette.js';
import { shared } from '../../components/styles.js';
import { t } from '../../text/l10n.js';
import { between, confine, firstLook, fitAll, inSight, reveal, zoomAt, type Camera, type Rect, type Size } from '../camera.js';
import { canvasPen } from '../draw/canvasPen.js';
import { drawGraph, type Look } from '../draw/draw.js';
import { readGraphPalette } from '../draw/palette.js';
import { stepFrom, type Step } from '../navigate.js';
import { boxAt, type Scene } from '../scene.js';
import { TITLE } from '../sizes.js';
import { pointerGestures } from './gestures.js';
import { surface, type Surface } from './surface.js';

export interface GraphCanvasEvents {
  /** A box was chosen; null: none. */
  'pl-box': CustomEvent<number | null>;
  /** A module is to be opened or closed. */
  'pl-toggle': CustomEvent<number>;
  /** More is wanted of a box that is no module. */
  'pl-open': CustomEvent<number>;
  /** The module around a box is wanted. */
  'pl-leave': CustomEvent<number>;
  'pl-camera': CustomEvent<Camera>;
  /** The pointer is over another box. */
  'pl-hover': CustomEvent<number | null>;
}

const MOVE_MS = 180;
const steps: Readonly<Record<string, Step>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/** The graph to look at, to move about in by mouse, touch and wheel, and to walk through with the arrow keys. */
export class PlGraphCanvas extends LitElement {
  static override readonly properties = {
    scene: { attribute: false },
    look: { attribute: false },
    camera: { attribute: false },
    sentence: { attribute: false },
  };
  declare scene: Scene | null;
  declare look: Omit<Look, 'focused'>;
  /** Null: to be chosen once there is something to look at. */
  declare camera: Camera | null;
  /** What the chosen box is, for those who do not see it. */
  declare sentence: string;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
      }
      #view {
        cursor: grab;
        height: 100%;
        outline-offset: -2px;
        overflow: hidden;
        touch-action: none;
        width: 100%;
      }
      #view.over {
        cursor: pointer;
      }
      #view.moving {
        cursor: grabbing;
      }
      canvas {
        display: block;
        height: 100%;
        width: 100%;
      }
    `,
  ];

  private surface: Surface | undefined;
  private stopListening: (() => void) | undefined;
  private stopGestures: (() => void) | undefined;
  private flight = 0;
  private palette = readGraphPalette();
  private hovered: number | null = null;
  private focused = false;

  constructor() {
    super();
    this.scene = null;
    this.camera = null;
    this.sentence = '';
    this.look = { shades: new Map(), chosen: null, found: new Set(), trace: null, traceMode: 'near' };
  }

  private get view(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('#view')!;
  }

  /** CSS pixels. */
  get size(): Size {
    return this.surface?.size ?? { width: 0, height: 0 };
  }

  override focus(): void {
    this.view.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.flight);
    this.surface?.dispose();
    this.stopListening?.();
    this.stopGestures?.();
  }

  protected override firstUpdated(): void {
    this.start();
  }

  private start(): void {
    this.surface = surface(
      this.renderRoot.querySelector('canvas')!,
      (context, density) => this.paint(context, density),
      (before) => this.resized(before),
    );
    this.stopListening = onPaletteChange(() => {
      this.palette = readGraphPalette();
      this.surface?.redraw();
    });
    this.stopGestures = pointerGestures(this.view, {
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      tap: (x, y) => this.tap(x, y),
      doubleTap: (x, y) => this.doubleTap(x, y),
      hover: (x, y) => this.hover(x === null ? null : this.boxUnder(x, y)),
    });
  }

  private emit<K extends keyof GraphCanvasEvents>(type: K, detail: GraphCanvasEvents[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  private resized(before: Size): void {
    const { camera, size } = this;
    if (this.scene && !camera) this.begin();
    // what was in the middle stays there
    else if (camera && before.width > 0 && size.width > 0)
      this.move({ ...camera, x: camera.x + (size.width - before.width) / 2, y: camera.y + (size.height - before.height) / 2 });
  }

  /** Shows the beginning of the graph, unless somebody has looked elsewhere before. */
  private begin(): void {
    if (this.scene && this.size.width > 0) this.move(firstLook(this.scene, this.size));
  }

  private move(camera: Camera): void {
    if (!this.scene) return;
    this.camera = confine(camera, this.scene, this.size);
    this.surface?.redraw();
    this.emit('pl-camera', this.camera);
  }

  private fly(to: Camera): void {
    cancelAnimationFrame(this.flight);
    const from = this.camera;
    if (!from || !mayAnimate()) {
      this.move(to);
      return;
    }
    const begun = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, Math.max(0, (now - begun) / MOVE_MS));
      this.move(share === 1 ? to : between(from, to, 1 - (1 - share) ** 3));
      if (share < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  pan(dx: number, dy: number): void {
    cancelAnimationFrame(this.flight);
    const { camera } = this;
    if (camera) this.move({ ...camera, x: camera.x + dx, y: camera.y + dy });
  }

  /** Enlarges around a point of the view, or around its middle. */
  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    const { camera, scene } = this;
    if (!camera || !scene) return;
    cancelAnimationFrame(this.flight);
    this.move(zoomAt(camera, factor, x, y, scene, this.size));
  }

  fit(): void {
    if (this.scene) this.fly(fitAll(this.scene, this.size));
  }

  /** Brings (`x`, `y`) of the graph into the middle. */
  centre(x: number, y: number): void {
    const { camera } = this;
    cancelAnimationFrame(this.flight);
    if (camera) this.move({ ...camera, x: this.size.width / 2 - x * camera.scale, y: this.size.height / 2 - y * camera.scale });
  }

  /** Brings `id` into sight. */
  reveal(id: number): void {
    const rect = this.scene?.rects.get(id);
    const from = this.camera ?? (this.scene && this.size.width > 0 ? firstLook(this.scene, this.size) : null);
    if (!rect || !from || this.size.width === 0) return;
    this.camera ??= from;
    // of an open module its title, where not all of it has room
    const part: Rect = this.scene!.open.has(id) ? { ...rect, height: Math.min(rect.height, 8 * TITLE) } : rect;
    this.fly(reveal(from, part, this.size));
  }

  /** Keeps `id` where it is on the screen although the graph is laid out anew. */
  hold(id: number, before: Rect): void {
    const rect = this.scene?.rects.get(id);
    const { camera } = this;
    if (!rect || !camera) return;
    cancelAnimationFrame(this.flight);
    const x = camera.x + (before.x + before.width / 2 - rect.x - rect.width / 2) * camera.scale;
    this.move({ scale: camera.scale, x, y: camera.y + (before.y - rect.y) * camera.scale });
  }

  private boxUnder(x: number, y: number): number | null {
    const { camera, scene } = this;
    return camera && scene ? boxAt(scene, (x - camera.x) / camera.scale, (y - camera.y) / camera.scale) : null;
  }

  private tap(x: number, y: number): void {
    this.emit('pl-box', this.boxUnder(x, y));
  }

  private doubleTap(x: number, y: number): void {
    const id = this.boxUnder(x, y);
    if (id === null || !this.scene) return;
    this.emit(this.scene.hierarchy.boxes[id].point ? 'pl-open' : 'pl-toggle', id);
  }

  private hover(id: number | null): void {
    if (id === this.hovered) return;
    this.hovered = id;
    this.view.classList.toggle('over', id !== null);
    this.emit('pl-hover', id);
  }

  private readonly key = (event: KeyboardEvent): void => {
    const { scene } = this;
    if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
    const { chosen } = this.look;
    const step = steps[event.key];
    if (step) this.step(scene, step);
    else if (event.key === 'Enter' && chosen !== null) this.emit(scene.hierarchy.boxes[chosen].point ? 'pl-open' : 'pl-toggle', chosen);
    else if (event.key === 'Escape' && chosen !== null) this.emit('pl-leave', chosen);
    else if (event.key === 'Home') this.emit('pl-box', scene.visible.ends[0] ?? null);
    else if (event.key === 'End') this.emit('pl-box', scene.visible.ends.at(-1) ?? null);
    else if (event.key === '+' || event.key === '=') this.zoom(1.25);
    else if (event.key === '-') this.zoom(0.8);
    else if (event.key === '0') this.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private step(scene: Scene, step: Step): void {
    const { chosen } = this.look;
    const to = chosen === null || !scene.rects.has(chosen) ? (scene.visible.ends[0] ?? null) : stepFrom(scene, chosen, step);
    if (to !== null) this.emit('pl-box', to);
  }

  private readonly turned = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const { left, top } = this.view.getBoundingClientRect();
    // pinching a touchpad arrives as a wheel with ctrl
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp((-event.deltaY * lines) / 300), event.clientX - left, event.clientY - top);
    else if (event.shiftKey && event.deltaX === 0) this.pan(-event.deltaY * lines, 0);
    else this.pan(-event.deltaX * lines, -event.deltaY * lines);
  };

  private paint(context: CanvasRenderingContext2D, density: number): void {
    const { scene, camera, palette } = this;
    if (!scene || !camera) return;
    context.setTransform(camera.scale * density, 0, 0, camera.scale * density, camera.x * density, camera.y * density);
    const pen = canvasPen(context, camera.scale, palette.fontFamily);
    drawGraph(pen, scene, { ...this.look, focused: this.focused }, palette, inSight(camera, this.size));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('scene') && this.scene && !this.camera) this.begin();
    else if (changed.has('scene') && this.scene && this.camera && this.size.width > 0) {
      const kept = confine(this.camera, this.scene, this.size);
      if (kept.x !== this.camera.x || kept.y !== this.camera.y) this.move(kept);
    }
    this.surface?.redraw();
  }

  private readonly focusChanged = (event: FocusEvent): void => {
    this.focused = event.type === 'focus';
    this.surface?.redraw();
  };

  protected override render() {
    return html`<div
        id="view"
        role="application"
        tabindex="0"
        aria-label=${t('Graph of the model')}
        aria-describedby="keys"
        @keydown=${this.key}
        @wheel=${{ handleEvent: this.turned, passive: false }}
        @focus=${this.focusChanged}
        @blur=${this.focusChanged}
      >
        <canvas aria-hidden="true"></canvas>
      </div>
      <p id="keys" class="visually-hidden">
        ${t('Arrow keys follow the lines, Enter opens a module or a layer, Escape leads out of a module, plus and minus zoom, 0 shows all.')}
      </p>
      <p class="visually-hidden" role="status">${this.sentence}</p>`;
  }
}

customElements.define('pl-graph-canvas', PlGraphCanvas);
