import { describe, expect, it } from 'vitest';
import type { Sensitivity } from '../../../src/report/types.js';
import type { RunEvent, RunView } from '../../../src/rpc/page.js';
import { headOf } from '../../../src/rpc/reportStream.js';
import { classesSentence, effectOf, effectsInOrder, effectText, effectTitle } from '../../../webview-ui/src/view/effects.js';
import { measured, notRun, stepRun, withRun, type RunKnown } from '../../../webview-ui/src/view/run.js';
import { cancelledLine, evidenceLabel, progressWords, runSentences } from '../../../webview-ui/src/view/runSummary.js';
import { advice, error, layer, report } from './layers.js';
import { effect, runReport } from '../report/run.js';

const suggested = 'int4/channel/mse';
const ran = (name: string, outputSqnrDb: number | null, more: Partial<Sensitivity> = {}) =>
  layer(name, { advice: advice(suggested, 26), sensitivity: [effect('int8/tensor/minmax', 60), effect(suggested, outputSqnrDb, more)] });

const weights = report([layer('a', { advice: advice(suggested, 26) }), layer('b', { advice: advice(suggested, 27) })]);
const known = (...events: RunEvent[]): RunKnown => events.reduce(stepRun, notRun);
const state = (more: Partial<RunView>): RunEvent => ({ kind: 'state', state: { ...notRun.view, ...more } });
const head: Extract<RunEvent, { kind: 'head' }> = {
  kind: 'head',
  head: { ...headOf(weights), evidence: 'data', samples: 64, run: runReport() },
};

describe('the report that is shown', () => {
  it('is that of the weights until a run tells more, and the same object as long as nothing is new', () => {
    expect(withRun(weights, known(state({ kind: 'running' })))).toBe(weights);
    const run = known({ kind: 'layers', start: 1, layers: [ran('b', 30)] });
    const shown = withRun(weights, run);
    expect(shown.layers).toEqual([weights.layers[0], ran('b', 30)]);
    expect(withRun(weights, stepRun(run, state({ kind: 'running' })))).toBe(shown);
    expect(withRun(weights, stepRun(run, head)).layers).toBe(shown.layers);
    expect(withRun(weights, stepRun(run, head)).evidence).toBe('data');
  });

  it('is that of the weights again when the run is cleared', () => {
    expect(withRun(weights, known({ kind: 'layers', start: 0, layers: [ran('a', 30)] }, head, { kind: 'cleared' }))).toBe(weights);
  });
});

describe('the badge', () => {
  it.each<[string, RunEvent[]]>([
    ['weights alone', []],
    ['your inputs, in part: 0 of 2 layers', [state({ evidence: 'data' })]],
    ['synthetic inputs, in part: 1 of 2 layers', [state({ evidence: 'synthetic' }), { kind: 'layers', start: 1, layers: [ran('b', 30)] }]],
    ['64 of your inputs', [state({ evidence: 'data' }), head]],
    [
      'your inputs, in part: 0 of 2 layers',
      [state({ evidence: 'data' }), { ...head, head: { ...head.head, run: runReport({ problem: 'it died' }) } }],
    ],
    ['64 synthetic inputs', [state({ evidence: 'synthetic' }), head]],
  ])('says %j', (label, events) => expect(evidenceLabel(known(...events), 2)).toBe(label));
});

describe('the progress of a run', () => {
  it.each<[string, number | null, RunView['progress']]>([
    ['Starting…', null, null],
    ['Running in float: 25 %', 25, { stage: 'float', done: 1, total: 4, remainingSeconds: null }],
    ['Measuring effects: 50 %, about 45 s left', 50, { stage: 'effects', done: 2, total: 4, remainingSeconds: 41 }],
    ['Measuring effects: 99 %, a few seconds left', 99, { stage: 'effects', done: 199, total: 200, remainingSeconds: 0.2 }],
    ['Measuring effects: 0 %, about 3 min left', 0, { stage: 'effects', done: 1, total: 1000, remainingSeconds: 130 }],
  ])('reads %j', (line, percent, progress) => {
    expect(progressWords(known(state({ kind: 'running', progress })))).toMatchObject({ line, percent });
  });

  it('counts the layers that were measured, not those that were only watched', () => {
    const run = known({ kind: 'layers', start: 0, layers: [ran('a', 30), layer('b')] });
    expect(measured(run)).toBe(1);
    expect(cancelledLine(run, 2)).toBe('Cancelled: 1 of 2 layers measured');
  });
});

describe('the effect of a layer', () => {
  it('is that of its weight under the suggested scheme', () => {
    expect(effectOf(ran('a', 30))?.outputSqnrDb).toBe(30);
    expect(effectOf(layer('a', { sensitivity: [effect(suggested, 30)] }))).toBeUndefined();
    expect(
      effectOf(layer('a', { advice: advice(suggested, 26), sensitivity: [effect(suggested, 9, { target: 'activation' })] })),
    ).toBeUndefined();
  });

  it('has a sign when it is predicted', () => {
    expect(effectText(effect(suggested, 30))).toBe('30.0');
    expect(effectText(effect(suggested, 30, { how: 'predicted' }))).toBe('≈30.0');
    expect(effectText(effect(suggested, null))).toBe('∞');
  });

  it('is told in full on hovering, and in the details', () => {
    const classes = { kl: 0.0123, top1Agreement: 0.984, accuracyDrop: 0.015625 };
    expect(effectTitle(effect(suggested, 30, classes)).split('\n')).toEqual([
      '30.0 dB at the outputs, measured',
      'divergence from the float model: 0.0123 nats',
      '98.4 % of the samples keep their class',
      'accuracy: −1.6 %',
    ]);
    expect(effectTitle(effect(suggested, 30, { how: 'predicted' }))).toMatch(/predicted/);
    expect(classesSentence(ran('a', 30, classes))).toBe('98.4 % of the samples keep their class. Accuracy: −1.6 %.');
    expect(classesSentence(ran('a', 30, { accuracyDrop: 0 }))).toBe('Accuracy: unchanged.');
    expect(classesSentence(ran('a', 30))).toBe('');
    expect(classesSentence(layer('a'))).toBe('');
  });

  it('is listed by what is quantized, then by bits', () => {
    const sensitivity = [
      effect('uint4/tensor/minmax', 10, { target: 'activation' }),
      effect('int8/tensor/minmax', 60),
      effect('int2/tensor/minmax', 5),
    ];
    const errors = [
      error('int8/tensor/minmax', 50),
      error('int2/tensor/minmax', 8),
      error('uint4/tensor/minmax', 20, { target: 'activation' }),
    ];
    expect(effectsInOrder(layer('a', { sensitivity, errors })).map(({ scheme }) => scheme)).toEqual([
      'int2/tensor/minmax',
      'int8/tensor/minmax',
      'uint4/tensor/minmax',
    ]);
  });
});

describe('what a run says of the model', () => {
  it('is its accuracy, and how good predictions are', () => {
    const run = runReport({
      accuracy: { correct: 63, samples: 64, interval: [0.917, 0.997] },
      prediction: { rmsDb: 1.64, maxDb: 3, checked: 4 },
    });
    expect(runSentences({ ...weights, run })).toEqual([
      'In float the model is right on 63 of 64 samples: 98.4 % (95 % interval 91.7 % to 99.7 %).',
      'Figures with ≈ are predicted, to about 1.6 dB.',
    ]);
  });

  it('names the slower runtime, and is silent of what was not run', () => {
    expect(runSentences({ ...report([]), run: runReport({ backend: 'onnxruntime-web' }) })).toEqual([expect.stringMatching(/WebAssembly/)]);
    expect(runSentences(weights)).toEqual([]);
  });
});
