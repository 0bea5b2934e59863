import { themeVariables, withAlpha } from '../../charts/palette.js';
import type { GraphPalette } from './style.js';

/** Reads the theme's colours off the document. */
export function readGraphPalette(): GraphPalette {
  const variable = themeVariables();
  const contrast = document.body.classList.contains('vscode-high-contrast');
  const chart = (name: string) => variable(`charts-${name}`, 'charts-foreground', 'foreground');
  const foreground = variable('editor-foreground', 'foreground');
  return {
    foreground,
    muted: variable('descriptionForeground', 'foreground'),
    background: variable('editor-background'),
    border: withAlpha(foreground, contrast ? 1 : 0.45),
    line: withAlpha(foreground, contrast ? 0.8 : 0.4),
    panel: withAlpha(foreground, contrast ? 0 : 0.045),
    panelBorder: withAlpha(foreground, contrast ? 0.7 : 0.25),
    chosen: variable('focusBorder', 'contrastActiveBorder', 'foreground'),
    found: variable('charts-orange', 'charts-yellow', 'foreground'),
    up: chart('blue'),
    down: chart('purple'),
    tones: {
      hot: withAlpha(chart('red'), 0.45),
      warm: withAlpha(chart('yellow'), 0.35),
      cool: withAlpha(chart('blue'), 0.38),
      amount: withAlpha(chart('purple'), 0.38),
    },
    fontFamily: variable('font-family'),
  };
}
