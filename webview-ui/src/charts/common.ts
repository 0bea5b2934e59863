import type { Palette } from './palette.js';

/** How axes look in every chart. */
export const axis = (palette: Palette, title: string, grid: boolean) => ({
  title: { display: true, text: title, color: palette.muted },
  ticks: { color: palette.muted, maxRotation: 0, autoSkipPadding: 12 },
  grid: { display: grid, color: palette.grid, drawTicks: false },
  border: { color: palette.muted },
});

/** How tooltips look in every chart: like VS Code's hovers. */
export const tooltip = (palette: Palette) => ({
  backgroundColor: palette.background,
  borderColor: palette.muted,
  borderWidth: 1,
  bodyColor: palette.foreground,
  titleColor: palette.foreground,
  cornerRadius: 3,
  padding: 8,
  boxPadding: 4,
  usePointStyle: true,
});

export const motion = (palette: Palette) => (palette.animate ? { duration: 150 } : (false as const));
