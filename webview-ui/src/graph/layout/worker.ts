/** Entry of the layout's worker: a request comes in, its layout goes out. A request that comes while another is under way ends that one. */
import { layoutGraph, type LayoutCache, type LayoutRequest } from './layout.js';

export interface LayoutQuestion {
  readonly id: number;
  readonly request: LayoutRequest;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<LayoutQuestion>) => void;
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
};
const cache: LayoutCache = new Map();
const superseded = new Error('superseded');
/** Milliseconds between looks at whether something else is wanted by now. */
const STINT = 20;
let latest = -1;

async function answer({ id, request }: LayoutQuestion): Promise<void> {
  let since = performance.now();
  const pause = async (): Promise<void> => {
    if (performance.now() - since < STINT) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
    if (id !== latest) throw superseded;
  };
  try {
    const layout = await layoutGraph(request, cache, pause);
    const { ids, rects, starts, points } = layout;
    scope.postMessage(
      { id, layout },
      [ids, rects, starts, points].map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (error) {
    if (error !== superseded) scope.postMessage({ id, error: String(error) }, []);
  }
}

scope.onmessage = ({ data }) => {
  latest = data.id;
  void answer(data);
};
