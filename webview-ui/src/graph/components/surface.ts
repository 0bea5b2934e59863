/** A canvas that fills an element, sharp at every pixel density, drawn at most once a frame. */
export interface Surface {
  /** CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Has the next frame drawn. */
  redraw(): void;
  dispose(): void;
}

/**
 * @param draw draws into a context whose unit is the CSS pixel, cleared before
 * @param resized told when there is another size to draw for
 */
export function surface(
  canvas: HTMLCanvasElement,
  draw: (context: CanvasRenderingContext2D, density: number) => void,
  resized: (before: Surface['size']) => void,
): Surface {
  const context = canvas.getContext('2d')!;
  let size = { width: 0, height: 0 };
  let density = 1;
  let frame = 0;
  const paint = (): void => {
    frame = 0;
    if (size.width === 0 || size.height === 0) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(density, 0, 0, density, 0, 0);
    draw(context, density);
  };
  const redraw = (): void => {
    frame ||= requestAnimationFrame(paint);
  };
  const fit = (): void => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === size.width && height === size.height && density === window.devicePixelRatio) return;
    const before = size;
    size = { width, height };
    density = window.devicePixelRatio;
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
    resized(before);
    // a canvas is empty once its size is set: what comes in the next frame would flicker
    paint();
  };
  const observer = new ResizeObserver(fit);
  observer.observe(canvas);
  window.addEventListener('resize', fit); // zooming changes the density, and not always the size
  return {
    get size() {
      return size;
    },
    redraw,
    dispose() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      window.removeEventListener('resize', fit);
    },
  };
}
