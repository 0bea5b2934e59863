import { quote } from './quote.js';

/** @throws RangeError when `[start, end)` is no range of the elements of a tensor. */
export function checkElements(start: number, end: number, elements: number, name: string): void {
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= elements))
    throw new RangeError(`elements ${start}…${end} are outside tensor ${quote(name)}, which has ${elements}`);
}
