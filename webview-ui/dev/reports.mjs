// Made reports of any size, for looking at the page only. Weights are taken as Gaussian with outliers; SQNR follows 6.02 dB a bit.

/** Mulberry32, so that every look at the page sees the same. */
function seeded(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const widths = [2, 3, 4, 5, 6, 7, 8];
const target = 25;

function layer(name, op, shape, macs, random) {
  const parameters = shape.reduce((product, size) => product * size, 1);
  const channelAxis = op === 'MatMul' ? shape.length - 1 : 0;
  const channels = shape[channelAxis];
  const std = 0.01 + 0.3 * random();
  const peak = 3.2 + 14 * random() ** 5;
  const min = -std * peak;
  const max = std * peak * (0.7 + 0.3 * random());
  const gap = 3 + 4 * random();
  const errors = ['tensor/minmax', 'channel/mse'].flatMap((family, f) =>
    widths.map((bits) => {
      const sqnrDb = f === 0 ? 6.02 * bits + 4.77 - 20 * Math.log10(peak) : 6.02 * bits - 20 * Math.log10(peak) + 6 + gap - 0.25 * bits;
      const clip =
        f === 0
          ? { lo: -std * peak, hi: std * peak }
          : { lo: -std * Math.min(peak, 1.1 + bits / 2), hi: std * Math.min(peak, 1.1 + bits / 2) };
      return {
        scheme: `int${bits}/${family}`,
        target: 'weight',
        bits,
        effectiveBits: bits + (f === 0 ? 32 : 32 * channels) / parameters,
        sqnrDb,
        mse: (std * std) / 10 ** (sqnrDb / 10),
        maxError: std / 2 ** bits,
        cosine: 1,
        clippedFraction: f === 0 ? 0 : 0.0004 * random(),
        clip,
        ...(f === 0 ? {} : { clips: Array.from({ length: Math.min(channels, 8) }, () => [clip.lo * (0.4 + 0.6 * random()), clip.hi]) }),
      };
    }),
  );
  const enough = widths
    .map((bits) => errors.filter((e) => e.bits === bits).sort((a, b) => b.sqnrDb - a.sqnrDb)[0])
    .find((e) => e.sqnrDb >= target);
  const best = enough ?? errors.reduce((a, b) => (b.sqnrDb > a.sqnrDb ? b : a));
  return {
    name,
    op,
    weight: `${name}.weight`,
    shape,
    channelAxis,
    dataType: 'float32',
    parameters,
    macs,
    weightStats: {
      min,
      max,
      mean: std * 0.02,
      std,
      kurtosis: (peak - 3) ** 1.5,
      zeros: Math.floor(parameters * 0.002 * random()),
      nan: 0,
      inf: 0,
    },
    activationStats: null,
    errors,
    sensitivity: [],
    advice: { scheme: best.scheme, bits: best.bits, clip: best.clip, sqnrDb: best.sqnrDb, causes: [], reason: '' },
  };
}

const report = (file, layers, warnings = []) => ({
  schema: 'precision-lens/report@1',
  tool: { version: '0.1.0' },
  model: {
    file,
    format: 'onnx',
    bytes: 4096 + 4 * layers.reduce((sum, { parameters }) => sum + parameters, 0),
    sha256: null,
    opset: 17,
    producer: 'pytorch 2.4.0',
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0) + 236 * layers.length,
  },
  evidence: 'weights',
  samples: 0,
  seed: 1,
  layers,
  warnings,
});

function lenet() {
  const random = seeded(5);
  return report('lenet5.onnx', [
    layer('conv1', 'Conv', [6, 1, 5, 5], 117600, random),
    layer('conv2', 'Conv', [16, 6, 5, 5], 240000, random),
    layer('fc1', 'Gemm', [120, 400], 48000, random),
    layer('fc2', 'Gemm', [84, 120], 10080, random),
    layer('fc3', 'Gemm', [10, 84], 840, random),
  ]);
}

function deep(count) {
  const random = seeded(count);
  const layers = Array.from({ length: count }, (_, i) => {
    const block = `/features/block.${Math.floor(i / 4)}`;
    const width = 2 ** (4 + Math.floor(random() * 5));
    if (i % 4 === 3) return layer(`${block}/attention/query_projection/MatMul`, 'MatMul', [width, width], width * width * 49, random);
    const kernel = i % 4 === 1 ? 3 : 1;
    return layer(
      `${block}/conv.${i % 4}/Conv`,
      i % 9 === 2 ? 'ConvTranspose' : 'Conv',
      [width, width, kernel, kernel],
      width * width * kernel ** 2 * 196,
      random,
    );
  });
  const odd = layers[7];
  layers[7] = {
    ...odd,
    weightStats: null,
    errors: [],
    advice: null,
    problem: `external data "weights.bin" of tensor "${odd.weight}" is missing`,
  };
  layers[11] = { ...layers[11], macs: null };
  return report(`resnet-like-${count}.onnx`, layers, [
    'opset domain "com.acme" is not known: its 3 nodes were skipped',
    'Constant-folded 12 Identity nodes',
  ]);
}

function hostile() {
  const random = seeded(9);
  const names = [
    '</script><img src=x onerror=alert(1)>',
    '\u202Egnp.exe\u2066',
    'اسم الطبقة العربية الطويلة جدا /conv/القناة',
    'x'.repeat(10000),
    '{0} {1}',
    '\0\n\t',
    '層/畳み込み🧪/Conv',
  ];
  const made = report(
    '<b>model</b>.onnx',
    names.map((name) => layer(name, name.slice(0, 30), [8, 8, 3, 3], null, random)),
    ['<img src=x onerror=alert(1)>'],
  );
  const [first] = made.layers;
  made.layers[0] = { ...first, weightStats: { ...first.weightStats, nan: 3, inf: 1 } };
  made.layers[2] = {
    ...made.layers[2],
    problem: 'tensor "اسم" has a dimension that overflows',
    weightStats: null,
    errors: [],
    advice: null,
  };
  return made;
}

/** By name, each made when asked for. */
export const reports = {
  5: lenet,
  200: () => deep(200),
  5000: () => deep(5000),
  empty: () => report('empty.onnx', []),
  failed: lenet,
  hostile,
};
