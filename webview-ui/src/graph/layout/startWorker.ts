import type { LayoutWorker } from './client.js';
import source from './worker.ts?worker';

/** Starts the layout in a thread of its own, so that a large graph does not hold up the page. */
export function startLayoutWorker(): LayoutWorker {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'graph layout' });
  URL.revokeObjectURL(address);
  return worker as LayoutWorker;
}
