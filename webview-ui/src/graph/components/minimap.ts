import { css, html, LitElement } from 'lit';
import { onPaletteChange } from '../../charts/palette.js';
import { shared } from '../../components/styles.js';
import { inSight, type Camera, type Size } from '../camera.js';
import { readGraphPalette } from '../draw/palette.js';
import type { Look } from '../draw/draw.js';
import type { Scene } from '../scene.js';
import { surface, type Surface } from './surface.js';

/** The whole graph, small, with a frame around what is in sight. Pressing it goes there: event `pl-centre` with a point of the graph. */
export class PlMinimap extends LitElement {
  static override readonly properties = {
    scene: { attribute: false },
    look: { attribute: false },
    camera: { attribute: false },
    room: { attribute: false },
  };
  declare scene: Scene | null;
  declare look: Pick<Look, 'shades' | 'chosen' | 'found'>;
  declare camera: Camera | null;
  /** Size of the view whose frame is shown. */
  declare room: Size;

  static override readonly styles = [
    shared,
    css`
      canvas {
        cursor: pointer;
        display: block;
        height: 100%;
        touch-action: none;
        width: 100%;
      }
    `,
  ];

  private surface: Surface | undefined;
  private stopListening: (() => void) | undefined;
  private palette = readGraphPalette();
  /** The graph as it is drawn until it changes; only the frame moves. */
  private picture: { readonly of: unknown; readonly image: OffscreenCanvas } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.surface?.dispose();
    this.stopListening?.();
  }

  protected override firstUpdated(): void {
    this.start();
  }

  private start(): void {
    const redrawn = () => (this.picture = undefined);
    this.surface = surface(this.renderRoot.querySelector('canvas')!, (context, density) => this.paint(context, density), redrawn);
    this.stopListening = onPaletteChange(() => {
      this.palette = readGraphPalette();
      redrawn();
      this.surface?.redraw();
    });
  }

  /** Units of the graph to pixels of the map. */
  private fitting(scene: Scene): Camera {
    const { width, height } = this.surface?.size ?? { width: 0, height: 0 };
    const scale = Math.min((width - 8) / Math.max(1, scene.width), (height - 8) / Math.max(1, scene.height));
    return { scale, x: (width - scene.width * scale) / 2, y: (height - scene.height * scale) / 2 };
  }

  private drawn(scene: Scene, density: number): OffscreenCanvas {
    const { width, height } = this.surface!.size;
    const { shades, found } = this.look;
    const of = [scene, shades, found, this.palette];
    const same = (this.picture?.of as readonly unknown[] | undefined)?.every((part, i) => part === of[i]) ?? false;
    if (same) return this.picture!.image;
    const image = new OffscreenCanvas(Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density)));
    const context = image.getContext('2d')!;
    const { scale, x: left, y: top } = this.fitting(scene);
    context.scale(density, density);
    const { palette } = this;
    for (const [id, { x, y, width, height }] of scene.rects) {
      const shade = shades.get(id);
      context.fillStyle = found.has(id)
        ? palette.found
        : shade
          ? palette.tones[shade.tone]
          : scene.open.has(id)
            ? palette.panel
            : palette.line;
      context.fillRect(
        left + x * scale,
        top + y * scale,
        Math.max(1, width * scale),
        Math.max(scene.open.has(id) ? 0 : 0.7, height * scale),
      );
    }
    this.picture = { of, image };
    return image;
  }

  private paint(context: CanvasRenderingContext2D, density: number): void {
    const { scene, camera, room, palette } = this;
    if (!scene || !camera) return;
    const { width, height } = this.surface!.size;
    context.drawImage(this.drawn(scene, density), 0, 0, width, height);
    const map = this.fitting(scene);
    const chosen = this.look.chosen === null ? undefined : scene.rects.get(this.look.chosen);
    if (chosen) {
      context.fillStyle = palette.chosen;
      const size = Math.max(4, chosen.height * map.scale);
      context.fillRect(map.x + chosen.x * map.scale - 1, map.y + chosen.y * map.scale - 1, Math.max(6, chosen.width * map.scale + 2), size);
    }
    const sight = inSight(camera, room);
    context.strokeStyle = palette.foreground;
    context.lineWidth = 1.5;
    const x = Math.max(1, map.x + sight.x * map.scale);
    const y = Math.max(1, map.y + sight.y * map.scale);
    const right = Math.min(width - 1, map.x + (sight.x + sight.width) * map.scale);
    const bottom = Math.min(height - 1, map.y + (sight.y + sight.height) * map.scale);
    context.strokeRect(x, y, Math.max(2, right - x), Math.max(2, bottom - y));
  }

  private readonly go = (event: PointerEvent): void => {
    const canvas = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') canvas.setPointerCapture(event.pointerId);
    else if (!canvas.hasPointerCapture(event.pointerId)) return;
    if (!this.scene) return;
    const { left, top } = canvas.getBoundingClientRect();
    const { scale, x, y } = this.fitting(this.scene);
    const detail = { x: (event.clientX - left - x) / scale, y: (event.clientY - top - y) / scale };
    this.dispatchEvent(new CustomEvent('pl-centre', { detail }));
  };

  protected override updated(): void {
    this.surface?.redraw();
  }

  protected override render() {
    return html`<canvas aria-hidden="true" @pointerdown=${this.go} @pointermove=${this.go}></canvas>`;
  }
}

customElements.define('pl-minimap', PlMinimap);
