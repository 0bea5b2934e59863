// Stands in for VS Code and the extension: answers the page's calls from a report, streaming it as an analysis would.
'use strict';
{
  const query = new URLSearchParams(window.location.search);
  const pace = Number(query.get('pace') ?? 0);
  const name = query.get('report') ?? '5';
  const key = `state ${name}`;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const send = (message) => window.postMessage(message, '*');
  let run = 0;

  const blank = (layer) => ({ ...layer, weightStats: null, errors: [], advice: null, problem: undefined });

  async function open(id) {
    const mine = ++run;
    const progress = (value) => send({ kind: 'progress', id, value });
    if (name === 'failed') {
      await wait(pace);
      return send({
        kind: 'err',
        id,
        message: 'model.onnx: byte 4,096: the file ends inside tensor "conv1.weight" (needs 2,400 bytes, 1,120 are there). Is it complete?',
        code: 'ModelError',
      });
    }
    const report = await (await fetch(`report?report=${encodeURIComponent(name)}`)).json();
    await wait(pace);
    progress({ kind: 'report', report: { ...report, layers: report.layers.map(blank) } });
    const total = report.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    let done = 0;
    const chunk = Math.max(1, Math.ceil(report.layers.length / 100));
    for (let start = 0; start < report.layers.length; start += chunk) {
      if (pace > 0) await wait(pace);
      if (mine !== run) return send({ kind: 'err', id, message: 'cancelled', code: 'AbortError' });
      const layers = report.layers.slice(start, start + chunk);
      done += layers.reduce((sum, layer) => sum + layer.parameters, 0);
      progress({ kind: 'layers', start, layers });
      progress({ kind: 'progress', stage: 'weights', done, total });
    }
    window.report = report;
    send({ kind: 'ok', id, result: { ...report, layers: undefined } });
  }

  /** The bell curve that fits the layer's figures. */
  async function histogram(id, { index, bins }) {
    window.report ??= await (await fetch(`report?report=${encodeURIComponent(name)}`)).json();
    const { weightStats: stats, parameters } = window.report.layers[index];
    const edges = Float64Array.from({ length: bins + 1 }, (_, i) => stats.min + ((stats.max - stats.min) * i) / bins);
    const width = (stats.max - stats.min) / bins;
    const counts = Float64Array.from({ length: bins }, (_, i) => {
      const z = ((edges[i] + edges[i + 1]) / 2 - stats.mean) / stats.std;
      return Math.round((parameters * width * Math.exp((-z * z) / 2)) / (stats.std * Math.sqrt(2 * Math.PI)));
    });
    counts[0] ||= 1;
    counts[bins - 1] ||= 1;
    send({ kind: 'ok', id, result: { edges, counts } });
  }

  window.acquireVsCodeApi = () => ({
    getState: () => JSON.parse(window.sessionStorage.getItem(key) ?? 'null') ?? undefined,
    setState: (state) => window.sessionStorage.setItem(key, JSON.stringify(state)),
    postMessage(message) {
      if (message.kind !== 'call') return;
      const { id, method, params } = message;
      if (method === 'open') void open(id);
      else if (method === 'histogram') void histogram(id, params);
      else {
        if (method === 'cancel') run++;
        console.info(method, params);
        send({ kind: 'ok', id, result: null });
      }
    },
  });
}
