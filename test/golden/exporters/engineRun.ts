import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionOf } from '../../../src/engine/backend/runtime.js';
import type { Backend, RunTensor, RunTensors } from '../../../src/engine/backend/types.js';
import { changeFor } from '../../../src/engine/change.js';
import { findClasses, judges } from '../../../src/engine/metrics/outputs.js';
import { openPlace } from '../../../src/engine/opened.js';
import type { Quantized } from '../../../src/engine/process/protocol.js';
import { cutsFor, nodeCosts } from '../../../src/engine/replay/costs.js';
import { placeLayers } from '../../../src/engine/replay/places.js';
import { prepare } from '../../../src/engine/replay/prepare.js';
import { openReplay } from '../../../src/engine/replay/replay.js';
import type { QdqLayer } from '../../../src/exporters/qdq/index.js';

/** ONNX Runtime with sums in the order of the graph: a value between two codes goes to the same side wherever it is computed. */
const plainBackend: Backend = {
  name: 'onnxruntime-node',
  standsIn: null,
  readsFiles: true,
  load: async (model) =>
    sessionOf(await InferenceSession.create(model, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, logSeverityLevel: 4 }), Tensor, true),
};

/** Outputs of a plan as the engine runs it: what `plan` measures, of which it tells figures only. */
export async function engineOutputs(file: string, layers: readonly QdqLayer[], inputs: RunTensors, samples: number): Promise<RunTensors> {
  const opened = await openPlace({ bytes: new Uint8Array(await readFile(file)) });
  const { model } = opened;
  const prepared = await prepare(opened, plainBackend, [inputs], inputs);
  const places = placeLayers(model, opened.file, prepared);
  const replay = await openReplay(prepared, cutsFor(prepared, nodeCosts(prepared, places, model, 1, 1), 1, 1, 2 ** 30), [inputs], plainBackend, {});
  try {
    const classes = findClasses(replay.floatOutputs, [samples], 'auto');
    const running = { ...opened, prepared, replay, places, classes, newJudge: judges(replay.floatOutputs, classes, null), samples: [samples], stretches: [], axisOf: () => null, probes: 1 };
    const quantized = layers.flatMap(({ layer: name, weight, activation }): Quantized[] => {
      if (weight === null && activation === null) return [];
      return [{ layer: model.layers.findIndex((layer) => layer.name === name), weight, activation: activation && { scheme: activation.scheme, clip: activation.clip } }];
    });
    const outputs = new Map<string, RunTensor>(replay.floatOutputs[0]);
    const transforms = layers.flatMap(({ layer: name, transforms = [] }) =>
      transforms.length === 0 ? [] : [{ layer: model.layers.findIndex((layer) => layer.name === name), transforms }],
    );
    await replay.trace(await changeFor(running, quantized, transforms), new Set(), (_run, _float, changed) => {
      for (const [name, tensor] of changed) if (replay.floatOutputs[0].has(name)) outputs.set(name, tensor);
    });
    return outputs;
  } finally {
    await replay.close();
  }
}
