import path from 'node:path';
import { parseBudget } from '../../../src/analysis/plan/budget.js';
import { planModel, type PlanOptions } from '../../../src/analysis/plan/planModel.js';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import { startEngine } from '../../../src/engine/index.js';
import { fileSource, folderSiblings } from '../../../src/model/fileSource.js';
import type { Comparison, Plan } from '../../../src/report/plan.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import { percent, table } from '../figures.js';
import type { Sample } from '../samples.js';
import type { Made, Section, SectionContext } from '../section.js';

const BUDGET = 'bits=4.5';
const SAMPLES = 500;

async function planOf(sample: Sample, engineScript: string): Promise<Plan> {
  const source = await fileSource(sample.model);
  const siblings = folderSiblings(path.dirname(sample.model));
  const options: PlanOptions = {
    budgets: [parseBudget(BUDGET)],
    runtime: 'generic',
    weightRules: { pins: [], forbids: [] },
    activationRules: { pins: [], forbids: [] },
    hardware: profiles['server-cpu'],
    batch: 1,
    floatCurve: null,
    run: {
      settings: { ...defaultRunSettings, inputs: sample.inputs, labels: sample.labels, samples: SAMPLES },
      place: { path: sample.model },
      startEngine: () => startEngine(engineScript),
      cacheFolder: null,
    },
  };
  try {
    const input = { source, siblings, file: path.basename(sample.model) };
    return (await planModel(input, options, () => undefined, new AbortController().signal)).plan;
  } finally {
    await Promise.all([source.close(), siblings.close()]);
  }
}

const named = ({ comparisons }: Plan, pattern: RegExp): Comparison | undefined => comparisons.find(({ name }) => pattern.test(name));

const decibels = (one: { readonly outputSqnrDb: number | null } | null | undefined): string => one?.outputSqnrDb?.toFixed(1) ?? '–';
const accuracy = (one: { readonly accuracy: number | null } | null | undefined): string =>
  typeof one?.accuracy === 'number' ? percent(one.accuracy) : '–';

/** What a plan of 4.5 bits a weight does, beside what one would pick by hand. */
export const plans: Section = {
  id: 'plans',
  activationSchemes: [],
  async make({ samples, engineScript, log }: SectionContext): Promise<Made> {
    const outputs: string[][] = [];
    const classes: string[][] = [];
    const beaten: string[] = [];
    for (const sample of samples) {
      const plan = await planOf(sample, engineScript);
      log(
        `${sample.title}: ${decibels(plan.measured)} dB; ${plan.comparisons.map((one) => `${one.name} ${decibels(one)}`).join(', ')}; ${plan.notes.join(' ')}`,
      );
      const { predicted, measured, comparisons } = plan;
      const columns = [/^int4 everywhere, in/, /some layers wider/, /^the same, min-max/, /^first and last/, /^greedily/].map((pattern) =>
        named(plan, pattern),
      );
      outputs.push([
        sample.title,
        predicted.effectiveBits.toFixed(2),
        decibels(predicted),
        `**${decibels(measured)}**`,
        ...columns.map(decibels),
      ]);
      classes.push([sample.title, accuracy(measured), ...columns.map(accuracy), accuracy(named(plan, /^int8/))]);
      const most = Math.max(
        ...comparisons.filter(({ bytes }) => bytes <= predicted.bytes).map(({ outputSqnrDb }) => outputSqnrDb ?? Infinity),
      );
      if (most >= (measured?.outputSqnrDb ?? Infinity)) beaten.push(sample.title);
    }
    return { markdown: page(outputs, classes, beaten), images: new Map() };
  },
};

function page(outputs: readonly (readonly string[])[], classes: readonly (readonly string[])[], beaten: readonly string[]): string {
  const verdict =
    beaten.length === 0
      ? 'The plan is ahead of all of them on every sample.'
      : `The plan is not ahead of all of them on ${beaten.join(', ')}.`;
  return `## Plans

\`plan --budget ${BUDGET}\` on ${SAMPLES} labelled inputs, weights at any width from 2 to 16 bits, activations in float. Everything was run: SQNR at the outputs, in dB. The
others have the bytes of the plan at most; “int4” takes its own, which are fewer, but for MobileNetV2 with its many scales: there it is int3 that is filled up. They quantize by channel and clip for the least error, but for the one with the full
range (min-max). ${verdict}

${table(
  [
    'model',
    'bits a weight',
    'predicted',
    'plan',
    'int4',
    'int4, filled up from the first layer on',
    'the same, min-max',
    'first and last layer int8',
    'greedily by SQNR of weights',
  ],
  outputs,
)}

The accuracy that goes with it, in %:

${table(['model', 'plan', 'int4', 'int4, filled up', 'the same, min-max', 'first and last layer int8', 'greedily', 'int8 (its own bytes)'], classes)}`;
}
