/** Runs in every frame of the window before anything else: notes when the page shows what, and how long input took to be painted. */
export function record() {
  const known = (window.bench = { marks: {}, events: [] });
  const { marks } = known;
  const inside = (element, ...path) => path.reduce((at, selector) => at?.shadowRoot?.querySelector(selector), element);
  const note = (name, there) => {
    if (there && marks[name] === undefined) marks[name] = performance.now();
  };
  const look = () => {
    const app = document.querySelector('pl-app');
    note('document', document.getElementById('app'));
    note('header', inside(app, 'pl-model-header', 'h1')?.textContent.trim());
    note('rows', inside(app, 'pl-layers-view', 'pl-layer-table', '.body [role="row"]'));
    // animation frames are forgotten when the webview writes its document anew; timers are not
    if (marks.rows === undefined) setTimeout(look, 2);
  };
  look();
  const observer = new window.PerformanceObserver((list) => {
    for (const { name, duration, startTime } of list.getEntries()) known.events.push({ name, duration, startTime });
  });
  observer.observe({ type: 'event', durationThreshold: 16, buffered: true });
}
