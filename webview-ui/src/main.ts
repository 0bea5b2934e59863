import type { PageBoot, PageMethods } from '../../src/rpc/page.js';
import { followAnalysis } from './analysis.js';
import { PlApp } from './components/app.js';
import { page } from './components/styles.js';
import { connectHost } from './host.js';
import { setLanguage } from './text/l10n.js';
import { restoreView, type ViewState } from './view/viewState.js';

const host = connectHost<PageBoot, PageMethods>();
const { file, targetSqnr, language, strings } = host.boot;
setLanguage(language, strings);
document.documentElement.lang = language;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page.styleSheet!];

const app = new PlApp();
const analysis = followAnalysis(host.client, () => (app.state = analysis.state));
app.analysis = analysis;
app.state = analysis.state;
let view = restoreView(host.getState());
app.view = view;
app.file = file;
app.target = targetSqnr;
let keeping: ReturnType<typeof setTimeout> | undefined;
const keep = () => {
  clearTimeout(keeping);
  keeping = undefined;
  host.setState(view);
};
/** What changes at every step of a movement, and is only for the next time. */
const fleeting: readonly string[] = ['scrollTop', 'graphCamera'] satisfies (keyof ViewState)[];
app.addEventListener('pl-view', (event) => {
  const change = (event as CustomEvent<Partial<ViewState>>).detail;
  view = { ...view, ...change };
  if (Object.keys(change).every((key) => fleeting.includes(key))) {
    // every change of the state is a message to VS Code, and movements make many
    keeping ??= setTimeout(keep, 100);
    return;
  }
  app.view = view;
  keep();
});
document.getElementById('app')!.append(app);
analysis.start();
