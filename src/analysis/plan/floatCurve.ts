import type { FloatNetwork } from '../../core/costs/compression.js';
import { PlanError } from './budget.js';

/**
 * Reads a curve of float networks: lines `accuracy,size`, the size in bytes, with or without a line of titles. Accuracies above 1 are taken for
 * percent. Throws PlanError, in one line, for what is none.
 *
 * @param file name for the message
 */
export function parseFloatCurve(text: string, file: string): FloatNetwork[] {
  const rows = text
    .split(/\r?\n/u)
    .map((line, i) => ({ cells: line.split(/[,;\t]/u).map((cell) => cell.trim()), line: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first] = rows;
  const titled = first && first.cells.every((cell) => !Number.isFinite(Number(cell)));
  const titles = titled ? first.cells.map((cell) => cell.toLowerCase()) : ['accuracy', 'size'];
  const [accuracyAt, sizeAt] = [titles.indexOf('accuracy'), titles.indexOf('size')];
  if (accuracyAt < 0 || sizeAt < 0)
    throw new PlanError(`${file}: the first line is ${JSON.stringify(first.cells.join(','))}; name the columns accuracy,size`);
  const networks = (titled ? rows.slice(1) : rows).map(({ cells, line }) => {
    const [accuracy, size] = [accuracyAt, sizeAt].map((at) => (cells[at] ? Number(cells[at]) : NaN));
    if (!(accuracy >= 0 && accuracy <= 100 && size > 0 && Number.isFinite(size))) {
      throw new PlanError(
        `${file}: line ${line} is ${JSON.stringify(cells.join(','))}; write an accuracy and a size in bytes, e.g. 0.91,246824`,
      );
    }
    return { accuracy, bits: 8 * size };
  });
  const percent = networks.some(({ accuracy }) => accuracy > 1);
  return percent ? networks.map(({ accuracy, bits }) => ({ accuracy: accuracy / 100, bits })) : networks;
}
