/** Where keys lead in a grid. Pure; positions that are out of range are for the caller to clamp. */

/** The row that `key` leads to from row `at` (−1: none); undefined for a key that leads nowhere. */
export function rowMove(key: string, at: number, pageRows: number, rows: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at < 0 ? 0 : at - 1;
    case 'PageDown':
      return at + pageRows;
    case 'PageUp':
      return at - pageRows;
    case 'Home':
      return 0;
    case 'End':
      return rows - 1;
    default:
      return undefined;
  }
}

/** The heading that `key` leads to from heading `at`; `rtl`: the first one is on the right. */
export function headMove(key: string, at: number, headings: number, rtl: boolean): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return at + (rtl ? -1 : 1);
    case 'ArrowLeft':
      return at - (rtl ? -1 : 1);
    case 'Home':
      return 0;
    case 'End':
      return headings - 1;
    default:
      return undefined;
  }
}
