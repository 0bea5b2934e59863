import { followAnalysis } from './analysis.js';
import { PlApp } from './components/app.js';
import { page } from './components/styles.js';
import { connectHost } from './host.js';
import { setLanguage } from './text/l10n.js';
import { restoreView, type ViewState } from './view/viewState.js';

const host = connectHost();
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
// every change of the state is a message to VS Code, and scrolling makes many
let keeping: ReturnType<typeof setTimeout> | undefined;
const keepSoon = () =>
  (keeping ??= setTimeout(() => {
    keeping = undefined;
    host.setState(view);
  }, 100));
app.addEventListener('pl-view', (event) => {
  const change = (event as CustomEvent<Partial<ViewState>>).detail;
  view = { ...view, ...change };
  // where the table is scrolled to is only for the next time
  if (Object.keys(change).some((key) => key !== 'scrollTop')) app.view = view;
  keepSoon();
});
document.getElementById('app')!.append(app);
analysis.start();
