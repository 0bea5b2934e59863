import type { Command } from 'commander';
import { analyzeModel } from '../analysis/pipeline.js';
import { addEffects, type RunOptions } from '../analysis/run.js';
import { reportPage } from '../exporters/index.js';
import type { Report } from '../report/types.js';
import { addAnalyzeFlags, analyzeRun, schemesOf, type AnalyzeFlags } from './analyzeFlags.js';
import { gateFailure } from './gate.js';
import { interruptible } from './interrupt.js';
import { startLanes } from './lanes.js';
import type { Open } from './open.js';
import { refuseOverwriting } from './overwriting.js';
import { progressLine } from './progress.js';
import { cancelled } from './runFlags.js';
import { renderAnalysis } from './summary.js';
import { writeOutput } from './writeOutput.js';

function report(file: string, flags: AnalyzeFlags, run: RunOptions | null, open: Open, signal: AbortSignal): Promise<Report> {
  const { match, details, sample, seed, targetSqnr } = flags;
  const weights = {
    ...(match ? { match } : {}),
    ...(details ? { details } : {}),
    ...(sample === undefined ? {} : { sample: { elements: sample } }),
    seed,
  };
  const schemes = schemesOf(flags);
  const progress = progressLine(process.stderr);
  return open(file, async (input) => {
    try {
      const analysis = await analyzeModel(input, { schemes, targetSqnr, weights, startLanes }, (update) => progress.show(update), signal);
      return run ? await addEffects(input, analysis.report, run, (update) => progress.show(update), signal) : analysis.report;
    } finally {
      progress.clear();
    }
  });
}

async function analyze(file: string, flags: AnalyzeFlags, open: Open): Promise<void> {
  const run = analyzeRun(file, flags);
  const found = await interruptible(cancelled(run), (signal) => report(file, flags, run, open, signal));
  if (flags.json !== '-') process.stdout.write(renderAnalysis(found, flags.targetSqnr));
  if (flags.json !== undefined) await writeOutput(flags.json, `${JSON.stringify(found, null, 2)}\n`);
  if (flags.html !== undefined) {
    await refuseOverwriting([flags.html], [file], false);
    await writeOutput(flags.html, reportPage({ report: found, plan: null }));
  }
  const failure = flags.failBelow === undefined ? null : gateFailure(found, flags.failBelow);
  if (failure === null) return;
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}

/** Adds `analyze MODEL`. */
export function addAnalyzeCommand(program: Command, open: Open): void {
  addAnalyzeFlags(program.command('analyze').argument('<model>', 'model file (.onnx)'))
    .description('measure every weight under every scheme, run the model if asked to, and suggest the fewest bits')
    .action((file: string, flags: AnalyzeFlags) => analyze(file, flags, open));
}
