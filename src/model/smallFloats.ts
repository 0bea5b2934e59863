/** Values of the narrow float formats by code, exact in float32. Sources: IEEE 754, OCP 8-bit and MX specifications, ONNX "Float stored in 8 bits". */

interface Layout {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** What the topmost exponent means: `ieee` infinities and NaN, `nan` only its last mantissa is NaN, `finite` it is a number like others. */
  readonly top: 'ieee' | 'nan' | 'finite';
  /** Negative zero is the only NaN. */
  readonly unsignedZero: boolean;
}

function table({ exponentBits, mantissaBits, bias, top, unsignedZero }: Layout): Float32Array {
  const magnitudes = 1 << (exponentBits + mantissaBits);
  const values = new Float32Array(magnitudes * 2);
  const mantissas = 1 << mantissaBits;
  const topExponent = (1 << exponentBits) - 1;
  for (let code = 0; code < magnitudes; code++) {
    const exponent = code >> mantissaBits;
    const mantissa = code & (mantissas - 1);
    let value = exponent === 0 ? (mantissa / mantissas) * 2 ** (1 - bias) : (1 + mantissa / mantissas) * 2 ** (exponent - bias);
    if (exponent === topExponent && top === 'ieee') value = mantissa === 0 ? Infinity : NaN;
    if (exponent === topExponent && top === 'nan' && mantissa === mantissas - 1) value = NaN;
    values[code] = value;
    values[code + magnitudes] = -value;
  }
  if (unsignedZero) values[magnitudes] = NaN;
  return values;
}

const lazy = (layout: Layout): (() => Float32Array) => {
  let made: Float32Array | undefined;
  return () => (made ??= table(layout));
};

export const float16Values = lazy({ exponentBits: 5, mantissaBits: 10, bias: 15, top: 'ieee', unsignedZero: false });
export const e4m3fnValues = lazy({ exponentBits: 4, mantissaBits: 3, bias: 7, top: 'nan', unsignedZero: false });
export const e4m3fnuzValues = lazy({ exponentBits: 4, mantissaBits: 3, bias: 8, top: 'finite', unsignedZero: true });
export const e5m2Values = lazy({ exponentBits: 5, mantissaBits: 2, bias: 15, top: 'ieee', unsignedZero: false });
export const e5m2fnuzValues = lazy({ exponentBits: 5, mantissaBits: 2, bias: 16, top: 'finite', unsignedZero: true });
export const e2m1Values = lazy({ exponentBits: 2, mantissaBits: 1, bias: 1, top: 'finite', unsignedZero: false });

let scales: Float32Array | undefined;
/** E8M0: powers of two from 2^−127 to 2^127, and NaN. */
export function e8m0Values(): Float32Array {
  if (!scales) {
    scales = new Float32Array(256);
    for (let code = 0; code < 255; code++) scales[code] = 2 ** (code - 127);
    scales[255] = NaN;
  }
  return scales;
}
