/**
 * How long planning takes for 1,000 layers of 12 schemes with 1,000 activations of 7: `npm run bench -- planning`. The bars: a front in less than a second,
 * a plan in less than ten.
 */
import { allocate, evenly, frontOf } from '../src/analysis/plan/allocate.js';
import { costKinds, parseBudget } from '../src/analysis/plan/budget.js';
import { profiles } from '../src/analysis/plan/profiles.js';
import { asFloat, asFloat32, type Subject } from '../src/analysis/plan/subject.js';

const LAYERS = 1000;

/** Uniform in (0, 1), the same every time. */
let state = 1;
const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;

function subject(): Subject {
  const layers = Array.from({ length: LAYERS }, (_, i) => {
    const elements = Math.ceil(10 ** (2 + 4 * random()));
    const loudness = 10 ** (-2 * random());
    const options = Array.from({ length: 11 }, (_unused, b) => {
      const noise = loudness * 4 ** -(b + 2) * (0.5 + random());
      return {
        scheme: `int${b + 2}/channel/mse`,
        width: { bits: b + 2, kind: 'integer' as const },
        storedBits: elements * (b + 2),
        weightNoise: noise,
        noise,
      };
    });
    return {
      name: `layer ${i}`,
      op: 'Conv',
      weight: `weight ${i}`,
      elements,
      macs: Math.ceil(elements * 10 ** (3 * random())),
      inputs: Math.ceil(1e4 * random()),
      outputs: Math.ceil(1e4 * random()),
      channels: 64,
      kernel: 9,
      site: i,
      options: [...options, asFloat32({ elements })],
    };
  });
  const sites = layers.map((_, i) => ({
    value: `value ${i}`,
    layers: [i],
    options: [
      ...[3, 4, 5, 6, 7, 8].map((bits) => ({
        scheme: `uint${bits}/tensor/mse`,
        width: { bits, kind: 'integer' as const },
        clip: { lo: 0, hi: 1 },
        noise: 0.1 * random() * 4 ** -bits,
      })),
      asFloat,
    ],
  }));
  return {
    layers,
    sites,
    layerTies: layers.map((_, i) => [i]),
    siteTies: sites.map((_, s) => [s]),
    memory: {
      values: layers.map(({ inputs }, i) => ({ name: `value ${i}`, elements: inputs, sites: [i] })),
      // a chain with shortcuts
      moments: layers.map(({ name }, i) => ({ node: name, live: [...new Set([Math.max(0, i - 7), Math.max(0, i - 1), i])] })),
      asStored: true,
    },
    hardware: profiles['server-cpu'],
    batch: 1,
  };
}

const what = subject();

async function timed(name: string, use: () => unknown): Promise<void> {
  const from = performance.now();
  const told = await use();
  console.log(`${name.padEnd(24)} ${((performance.now() - from) / 1000).toFixed(2).padStart(6)} s  ${String(told)}`);
}

for (const kind of costKinds) {
  await timed(`front of ${kind}`, () => {
    const front = frontOf(what, kind);
    for (const i of evenly(front.length, 64)) front.at(i);
    return `${front.length} points, 64 of them made`;
  });
}
for (const text of ['bits=4.5', 'activations=16KiB', 'bops=6T', 'energy=100mJ', 'time=5ms', 'sqnr=20']) {
  await timed(`plan for ${text}`, async () => {
    const { solver } = await allocate(what, [parseBudget(text)]);
    return `${solver.method}, ${(100 * (solver.loss / solver.bound - 1)).toFixed(3)} % above the bound, greedy ${(100 * (solver.greedyLoss / solver.bound - 1)).toFixed(3)} %`;
  });
}
