/** The theme's colours as a canvas needs them, and when they change. */
import { color as parseColor } from 'chart.js/helpers';

export interface Palette {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  readonly bar: string;
  readonly clip: string;
  readonly outside: string;
  readonly series: readonly string[];
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly animate: boolean;
}

const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

/** How to look up the theme's variables: the first of some names that has a value, as high contrast themes leave some undefined. */
export function themeVariables(): (...names: readonly string[]) => string {
  const style = getComputedStyle(document.documentElement);
  return (...names) => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
}

/** Whether things may move. */
export const mayAnimate = (): boolean => !reducedMotion.matches && !document.body.classList.contains('vscode-reduce-motion');

/** Reads the palette off the document. */
export function readPalette(): Palette {
  const variable = themeVariables();
  const { classList } = document.body;
  const chart = (name: string) => variable(`charts-${name}`, 'charts-foreground', 'foreground');
  return {
    foreground: variable('charts-foreground', 'foreground'),
    muted: variable('descriptionForeground', 'foreground'),
    background: variable('editor-background'),
    grid: withAlpha(variable('charts-foreground', 'foreground'), classList.contains('vscode-high-contrast') ? 0.35 : 0.15),
    bar: chart('blue'),
    clip: chart('yellow'),
    outside: chart('red'),
    series: ['blue', 'yellow', 'purple', 'green', 'red'].map(chart),
    fontFamily: variable('font-family'),
    fontSize: Math.max(10, (Number.parseFloat(variable('font-size')) || 13) - 2),
    animate: mayAnimate(),
  };
}

/** Calls `listener` after the theme, its colours or the wish for less motion has changed. Returns how to stop. */
export function onPaletteChange(listener: () => void): () => void {
  let frame = 0;
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(listener);
  };
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
  reducedMotion.addEventListener('change', soon);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    reducedMotion.removeEventListener('change', soon);
  };
}

/** `color` with `alpha` 0…1. Themes write colours as hex or rgb(). */
export const withAlpha = (color: string, alpha: number): string => parseColor(color).alpha(alpha).rgbString();
