import type { LayerComparison } from '../../../src/report/compare/compare.js';
import type { CompareBoot, CompareMethods } from '../../../src/rpc/compare.js';
import { page } from '../components/styles.js';
import { connectHost } from '../host.js';
import { setLanguage } from '../text/l10n.js';
import { PlCompare, type Looked } from './app.js';

const host = connectHost<CompareBoot, CompareMethods>();
const { boot, client } = host;
setLanguage(boot.language, boot.strings);
document.documentElement.lang = boot.language;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page.styleSheet!];

const app = new PlCompare();
app.titles = [boot.a, boot.b];
app.state = { kind: 'running', share: null };

const keep = (looked: Looked): void => host.setState({ uris: boot.uris, ...looked });

/** What a page left behind when it was closed; of other versions of it, what is understood. */
function kept(state: unknown): Looked {
  const { filter, withAlike, opened } = (typeof state === 'object' && state !== null ? state : {}) as Readonly<Record<string, unknown>>;
  return {
    filter: typeof filter === 'string' ? filter : '',
    withAlike: withAlike === true,
    opened: Array.isArray(opened) ? opened.filter((key): key is string => typeof key === 'string') : [],
  };
}

const looked = kept(host.getState());
app.filter = looked.filter;
app.withAlike = looked.withAlike;
app.opened = new Set(looked.opened);
keep(looked);
app.addEventListener('pl-look', (event) => keep((event as CustomEvent<Looked>).detail));
app.addEventListener('pl-save', (event) => {
  // A file that could not be saved is told by the window.
  void client.call('save', (event as CustomEvent<CompareMethods['save']['params']>).detail).catch(() => undefined);
});
document.getElementById('app')!.append(app);

/** The comparison at work. */
let running = new AbortController();

async function compare(): Promise<void> {
  const { signal } = (running = new AbortController());
  const layers: LayerComparison[] = [];
  app.state = { kind: 'running', share: null };
  try {
    const head = await client.call('compare', null, {
      signal,
      onProgress(update) {
        if (update.kind === 'layers') layers.push(...update.layers);
        else app.state = { kind: 'running', share: update.total > 0 ? update.done / update.total : null };
      },
    });
    app.state = { kind: 'done', head, layers };
  } catch (error) {
    app.state = signal.aborted
      ? { kind: 'cancelled' }
      : { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

app.addEventListener('pl-cancel', () => running.abort());
app.addEventListener('pl-again', () => void compare());
void compare();
