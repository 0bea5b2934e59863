/** How smoothly the table of 5,000 layers scrolls. */
import { profiled } from './profile.mjs';
import { inMs, median, tell } from './tell.mjs';

/** A frame at 60 a second, with what a display's clock is off by. */
const FRAME_MS = 1000 / 60 + 1;

/** Scrolls the table by `step` pixels in each frame for `frames` frames; milliseconds between one frame and the next. */
async function walk({ step, frames }) {
  const inside = (element, ...path) => path.reduce((at, selector) => at.shadowRoot.querySelector(selector), element);
  const grid = inside(document.querySelector('pl-app'), 'pl-layers-view', 'pl-layer-table', '#grid');
  grid.scrollTop = 0;
  const next = () => new Promise((resolve) => window.requestAnimationFrame(resolve));
  await next();
  await next();
  const gaps = [];
  let last = await next();
  for (let i = 0; i < frames; i++) {
    grid.scrollTop += step;
    const now = await next();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}

export async function scroll(window) {
  await window.open('5000.onnx');
  await window.finished();
  const frame = await window.frame();
  for (const [what, step] of [
    ['not at all', 0],
    ['by a row in each frame', 24],
    ['by a quarter of its height', 120],
    ['by more than its height', 1000],
  ]) {
    const gaps = await profiled(`scrolled ${what}`, frame, () => frame.evaluate(walk, { step, frames: 100 }));
    const rate = (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0);
    const late = gaps.filter((gap) => gap > FRAME_MS).length;
    const text = `${rate.toFixed(0)} a second, ${late} of ${gaps.length} late, at most ${inMs(Math.max(...gaps))}`;
    tell(`frames of the table of 5000 layers scrolled ${what}`, '60', text, rate > 58 && median(gaps) < FRAME_MS);
  }
  await window.closeAll();
}
