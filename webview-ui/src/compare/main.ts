import type { LayerComparison } from '../../../src/report/compare/compare.js';
import type { CompareBoot, CompareMethods } from '../../../src/rpc/compare.js';
import { page } from '../components/styles.js';
import { connectHost } from '../host.js';
import { setLanguage } from '../text/l10n.js';
import { PlCompare } from './app.js';

const host = connectHost<CompareBoot, CompareMethods>();
const { boot, client } = host;
setLanguage(boot.language, boot.strings);
document.documentElement.lang = boot.language;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page.styleSheet!];

const app = new PlCompare();
app.titles = [boot.a, boot.b];
app.state = { kind: 'running', share: null };

const keep = (filter: string): void => host.setState({ uris: boot.uris, filter });
const kept = host.getState();
if (typeof kept === 'object' && kept !== null && 'filter' in kept && typeof kept.filter === 'string') app.filter = kept.filter;
keep(app.filter);
app.addEventListener('pl-filter', (event) => keep((event as CustomEvent<string>).detail));
app.addEventListener('pl-save', (event) => {
  // A file that could not be saved is told by the window.
  void client.call('save', (event as CustomEvent<CompareMethods['save']['params']>).detail).catch(() => undefined);
});
document.getElementById('app')!.append(app);

const layers: LayerComparison[] = [];
client
  .call('compare', null, {
    onProgress(update) {
      if (update.kind === 'layers') layers.push(...update.layers);
      else app.state = { kind: 'running', share: update.total > 0 ? update.done / update.total : null };
    },
  })
  .then(
    (head) => (app.state = { kind: 'done', head, layers }),
    (error: unknown) => (app.state = { kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
