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
  const ofWeights = (layer) => ({
    ...layer,
    errors: layer.errors.filter(({ target }) => target === 'weight'),
    activationStats: null,
    sensitivity: [],
    findings: undefined,
  });

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
    const whole = await (await fetch(`report?report=${encodeURIComponent(name)}`)).json();
    const report = { ...whole, evidence: 'weights', samples: 0, run: null, layers: whole.layers.map(ofWeights) };
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
    window.report = whole;
    send({ kind: 'ok', id, result: { ...report, layers: undefined } });
  }

  let follower;
  let playing = 0;
  const idle = { kind: 'idle', evidence: 'weights', chosen: null, progress: null, error: null, blocked: null };
  const tell = (event) => send({ kind: 'progress', id: follower, value: event });
  const stand = (more) => tell({ kind: 'state', state: { ...idle, ...more } });

  /** Plays the run that the report tells of, up to `share` of its layers. */
  async function play(share, between) {
    const mine = ++playing;
    const { layers, evidence, ...head } = window.report;
    const chosen = { inputs: evidence === 'data' ? head.run.inputs : null };
    const total = layers.length;
    const done = Math.floor(total * share);
    tell({ kind: 'cleared' });
    stand({ kind: 'running', chosen });
    for (let i = 0; i < done; i++) {
      await wait(between);
      if (mine !== playing) return;
      tell({ kind: 'layers', start: i, layers: [layers[i]] });
      const progress = { stage: 'effects', done: i + 1, total, remainingSeconds: ((total - i - 1) * between) / 1000 };
      stand({ kind: 'running', evidence, chosen, progress });
    }
    const state = query.get('run') ?? 'done';
    if (share < 1) {
      const error =
        state === 'failed'
          ? 'the engine was killed, most likely because memory ran out: try fewer samples or a smaller memory budget'
          : null;
      const progress = { stage: 'effects', done, total, remainingSeconds: 42 };
      stand({ kind: state, evidence, chosen, error, progress: state === 'running' ? progress : null });
      return;
    }
    tell({ kind: 'head', head: { ...head, evidence } });
    stand({ kind: 'done', evidence, chosen });
  }

  /** As `src/rpc/packedPlan.ts` packs it. */
  function packed(plan) {
    const schemes = [...new Set(plan.pareto.flatMap(({ weights, activations }) => [...weights, ...activations]))];
    const at = (part) => Uint16Array.from(plan.pareto.flatMap((point) => point[part].map((scheme) => schemes.indexOf(scheme))));
    const totals = plan.pareto.map((point) => ({ ...point, weights: undefined, activations: undefined }));
    return { ...plan, pareto: { totals, schemes, weights: at('weights'), activations: at('activations') } };
  }

  const runtimes = [
    { name: 'generic', title: 'any hardware' },
    { name: 'onnxruntime', title: 'ONNX Runtime, CPU' },
  ];
  const planning = { kind: 'idle', request: null, progress: null, error: null, nearest: null, stale: null, runtimes, runtime: 'generic' };
  const standPlan = (more) => tell({ kind: 'planning', planning: { ...planning, ...more } });

  /** Plays the finding of the plan on the command line. */
  async function findPlan(request, between) {
    for (let done = 0; done < 4 && between > 0; done++) {
      standPlan({ kind: 'planning', request, progress: { stage: 'weights', done, total: 4, remainingSeconds: null } });
      await wait(between);
    }
    const plan = await (await fetch('plan')).json();
    const mode = query.get('plan');
    if (!plan || mode === 'failed') {
      const error = 'no plan keeps bits=1; the nearest budget that can be kept is bits=2.031';
      return standPlan({ kind: 'failed', request: { ...request, budgets: ['bits=1'] }, error, nearest: 'bits=2.031' });
    }
    tell({ kind: 'plan', plan: packed(plan) });
    tell({ kind: 'base', base: { budget: plan.budget, assignments: plan.assignments } });
    standPlan({ kind: 'done', request, stale: mode === 'stale' ? 'run' : null });
  }

  /** What the plan on the command line costs, for whatever plan is looked at. */
  async function showPlan(id, of) {
    const plan = await (await fetch('plan')).json();
    send(
      plan
        ? { kind: 'ok', id, result: { key: String(of), plan, trial: null } }
        : { kind: 'err', id, message: 'no plan was given', code: 'Error' },
    );
  }

  async function follow(id) {
    follower = id;
    standPlan({});
    if (query.get('plan') && query.get('plan') !== 'none')
      void findPlan({ budgets: ['bits=4.5'], runtime: 'generic', minimize: 'size' }, 0);
    window.report ??= await (await fetch(`report?report=${encodeURIComponent(name)}`)).json();
    const run = query.get('run') ?? (window.report.evidence === 'weights' ? 'idle' : 'done');
    if (run === 'untrusted') return stand({ blocked: 'untrusted' });
    if (run === 'idle') return stand({});
    if (run === 'chosen') return stand({ chosen: { inputs: 'test-images.npz' } });
    return play(run === 'done' ? 1 : 0.6, 0);
  }

  function act({ action }) {
    const { evidence, run } = window.report;
    if (action === 'cancel-run') {
      playing++;
      stand({ kind: 'cancelled', evidence, chosen: { inputs: run.inputs } });
    } else if (run && (action === 'run' || action === 'use-inputs')) void play(1, Math.max(100, pace));
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

  /** A graph that the report's layers could be of: a chain with an activation behind each, and every fourth one skipped over. */
  async function graph(id) {
    const { layers } = (window.report ??= await (await fetch(`report?report=${encodeURIComponent(name)}`)).json());
    const nodes = [{ name: 'image', op: '', kind: 'input' }];
    const edges = [];
    const layerNodes = [];
    let before = 0;
    layers.forEach((layer, i) => {
      layerNodes.push(nodes.length);
      edges.push(before, nodes.length);
      nodes.push({ name: layer.name, op: layer.op, kind: 'operator' });
      const op = i % 4 === 3 && i > 4 ? 'Add' : 'Relu';
      edges.push(nodes.length - 1, nodes.length);
      if (op === 'Add') edges.push(layerNodes[i - 3], nodes.length);
      before = nodes.length;
      nodes.push({ name: `${layer.name.slice(0, layer.name.lastIndexOf('/') + 1)}${op}_${i}`, op, kind: 'operator' });
    });
    edges.push(before, nodes.length);
    nodes.push({ name: 'logits', op: '', kind: 'output' });
    send({ kind: 'ok', id, result: { nodes, edges: Uint32Array.from(edges), layerNodes: Uint32Array.from(layerNodes) } });
  }

  let choices = [];
  /** What the user decided by now. */
  function edit(changed) {
    choices = [
      ...choices.filter(({ layer }) => !changed.some((one) => one.layer === layer)),
      ...changed.filter((one) => Object.keys(one).length > 1),
    ];
    return choices;
  }

  const arrays = { Float32Array, Float64Array, Uint32Array };
  const revive = (_, value) => (value && value.array ? arrays[value.array].from(value.values) : value);

  /** Asks the worker that has read the model; the server has one for every model it was given. */
  async function ask(id, method, params) {
    const question = JSON.stringify({ model: name, method, params });
    const answer = await (await fetch(`call?ask=${encodeURIComponent(question)}`)).text();
    const { result, message } = JSON.parse(answer, revive);
    send(message === undefined ? { kind: 'ok', id, result } : { kind: 'err', id, message, code: 'Error' });
  }

  const studies = ['channelHistogram', 'weightError', 'clipStudy', 'channelRanges', 'histograms', 'valueError'];

  window.acquireVsCodeApi = () => ({
    getState: () => JSON.parse(window.sessionStorage.getItem(key) ?? 'null') ?? undefined,
    setState: (state) => window.sessionStorage.setItem(key, JSON.stringify(state)),
    postMessage(message) {
      if (message.kind !== 'call') return;
      const { id, method, params } = message;
      if (method === 'open') void open(id);
      else if (studies.includes(method) || (method === 'histogram' && name.endsWith('.onnx'))) void ask(id, method, params);
      else if (method === 'histogram') void histogram(id, params);
      else if (method === 'follow') void follow(id);
      else if (method === 'graph') void graph(id);
      else if (method === 'showPlan') void showPlan(id, params.of);
      else {
        if (method === 'edit') tell({ kind: 'choices', choices: edit(params.choices), dirty: true });
        if (method === 'cancel') run++;
        if (method === 'act') act(params);
        if (method === 'findPlan') void findPlan(params, Math.max(200, pace));
        if (method === 'edit') tell({ kind: 'choices', choices: params.choices, dirty: true });
        console.info(method, params);
        send({ kind: 'ok', id, result: null });
      }
    },
  });
}
