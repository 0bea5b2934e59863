import { followAnalysis } from './analysis.js';
import { PlApp } from './components/app.js';
import { page } from './components/styles.js';
import { connectHost } from './host.js';
import { setLanguage } from './text/l10n.js';
import { restoreView } from './view/viewState.js';

const host = connectHost();
const { file, targetSqnr, language, strings } = host.boot;
setLanguage(language, strings);
document.documentElement.lang = language;
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page.styleSheet!];

const app = new PlApp();
const analysis = followAnalysis(host.client, () => (app.state = analysis.state));
app.analysis = analysis;
app.state = analysis.state;
app.view = restoreView(host.getState());
app.file = file;
app.target = targetSqnr;
// every change of the state is a message to VS Code, and scrolling makes many
let keeping: ReturnType<typeof setTimeout> | undefined;
const keepSoon = () =>
  (keeping ??= setTimeout(() => {
    keeping = undefined;
    host.setState(app.view);
  }, 100));
app.addEventListener('pl-view', (event) => {
  app.view = { ...app.view, ...(event as CustomEvent<Partial<typeof app.view>>).detail };
  keepSoon();
});
document.getElementById('app')!.append(app);
analysis.start();
