/** What is done with the pointer on a surface that moves under it. Coordinates are CSS pixels from its upper left corner. */
export interface Gestures {
  pan(dx: number, dy: number): void;
  /** Two fingers moved apart or together around a point. */
  zoom(factor: number, x: number, y: number): void;
  tap(x: number, y: number): void;
  doubleTap(x: number, y: number): void;
  /** `x` is null when the pointer has left. */
  hover(x: number | null, y: number): void;
}

/** Pixels that a pointer may tremble while it taps. */
const TREMBLE = 4;

/** Listens on `element`, which has the class `moving` while it is dragged. Returns how to stop. */
export function pointerGestures(element: HTMLElement, gestures: Gestures): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const place = (event: PointerEvent | MouseEvent): { x: number; y: number } => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const spread = (): { readonly distance: number; readonly x: number; readonly y: number } => {
    const [a, b] = [...down.values()];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  const listeners = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0) return;
      if (down.size === 0) travelled = 0;
      down.set(event.pointerId, place(event));
      element.setPointerCapture(event.pointerId);
    },
    pointermove(event: PointerEvent) {
      const to = place(event);
      const from = down.get(event.pointerId);
      if (!from) {
        gestures.hover(to.x, to.y);
        return;
      }
      const before = down.size === 2 ? spread() : null;
      down.set(event.pointerId, to);
      travelled += Math.hypot(to.x - from.x, to.y - from.y);
      if (travelled <= TREMBLE) return;
      element.classList.add('moving');
      if (!before) {
        gestures.pan(to.x - from.x, to.y - from.y);
        return;
      }
      const after = spread();
      gestures.pan(after.x - before.x, after.y - before.y);
      if (before.distance > 0) gestures.zoom(after.distance / before.distance, after.x, after.y);
    },
    pointerup(event: PointerEvent) {
      if (!down.delete(event.pointerId)) return;
      const { x, y } = place(event);
      if (down.size > 0) return;
      element.classList.remove('moving');
      if (travelled <= TREMBLE) gestures.tap(x, y);
    },
    pointercancel(event: PointerEvent) {
      down.delete(event.pointerId);
      if (down.size === 0) element.classList.remove('moving');
    },
    pointerleave() {
      gestures.hover(null, 0);
    },
    dblclick(event: MouseEvent) {
      const { x, y } = place(event);
      if (travelled <= TREMBLE) gestures.doubleTap(x, y);
    },
  };
  for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener as EventListener);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener as EventListener);
  };
}
