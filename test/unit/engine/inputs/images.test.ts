import { readFile, readdir } from 'node:fs/promises';
import { deflateSync, crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toChannels } from '../../../../src/engine/inputs/images/channels.js';
import { decodeImage } from '../../../../src/engine/inputs/images/decode.js';
import { imageLayout } from '../../../../src/engine/inputs/images/layout.js';
import { planImages, preprocess } from '../../../../src/engine/inputs/images/preprocess.js';
import { resize } from '../../../../src/engine/inputs/images/resize.js';
import { fixture, golden, numbers } from './support.js';

const decode = async (name: string): Promise<ReturnType<typeof decodeImage>> => decodeImage(await readFile(fixture('images', name)), name);
const pictures = await readdir(fixture('images'));

describe('decodeImage', () => {
  it.each(pictures.filter((name) => name.endsWith('.png') && name !== 'interlaced-4.png'))(
    '%s has the samples Pillow has',
    async (name) => {
      const image = await decode(name);
      const expected = await golden('images', `${name}.npy`);
      expect([image.height, image.width, ...(image.channels > 1 ? [image.channels] : [])]).toEqual(expected.shape);
      expect(numbers(image.data)).toEqual(numbers(expected.data));
      expect(image.white).toBe(name.includes('16') ? 65535 : 255);
    },
  );

  // decoders differ in the inverse transform, by a level, and in how they spread subsampled colours
  it.each([
    ['full.jpg', 3],
    ['progressive.jpg', 3],
    ['cmyk.jpg', 3],
    ['grey.jpg', 1],
    ['half.jpg', 24],
  ])('%s is within %i levels of what Pillow has', async (name, tolerance) => {
    const image = await decode(name);
    const expected = await golden('images', `${name}.npy`);
    expect([image.height, image.width, ...(image.channels > 1 ? [image.channels] : [])]).toEqual(expected.shape);
    const far = numbers(expected.data).map((x, i) => Math.abs(x - image.data[i]));
    expect(Math.max(...far)).toBeLessThanOrEqual(tolerance);
    expect(far.reduce((a, b) => a + b) / far.length).toBeLessThanOrEqual(tolerance / 3);
  });

  it('refuses what the decoder would get wrong', async () => {
    await expect(decode('interlaced-4.png')).rejects.toThrow(/interlaced with 4 bits a sample: save it without interlacing/);
  });

  const chunk = (type: string, data: Uint8Array): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length);
    out.write(type, 4, 'latin1');
    out.set(data, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
  };
  const png = (width: number, height: number, pixels: Uint8Array, depth = 8, colour = 0): Buffer => {
    const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colour, 0, 0, 0]);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(pixels)),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  };

  it('reads a PNG made by hand', () => expect([...decodeImage(png(2, 1, Buffer.from([0, 7, 9])), 'x').data]).toEqual([7, 9]));

  it.each<[string, Uint8Array, RegExp]>([
    ['a text', Buffer.from('hello'), /neither a PNG nor a JPEG/],
    ['a PNG larger than 64 megapixels', png(1 << 20, 1 << 20, Buffer.alloc(10)), /more than 67108864/],
    ['a PNG that inflates to more than its pixels', png(2, 2, Buffer.alloc(50_000_000)), /no sound PNG/],
    ['a PNG with too few pixels', png(2, 2, Buffer.alloc(3)), /cut off: 3 of 6 bytes/],
    ['a PNG without pixels', png(0, 2, Buffer.alloc(3)), /has no pixels/],
    ['a PNG of no known kind', png(2, 2, Buffer.alloc(6), 4, 2), /does not exist/],
    ['a PNG that ends early', png(2, 2, Buffer.alloc(6)).subarray(0, -14), /cut off/],
    ['a JPEG that ends early', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]), /cut off/],
    [
      'a JPEG too small for its pixels',
      Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0, 0xff, 0, 1, 1, 0x11, 0]),
      /65280 × 65280 pixels/,
    ],
    ['a lossless JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xc3, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]), /lossless/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeImage(bytes, '"x.png"')).toThrow(message);
    expect(() => decodeImage(bytes, '"x.png"')).toThrow(/^"x\.png": /);
  });

  it.each(['rgb.png', 'palette-4.png', 'full.jpg', 'progressive.jpg'])(
    'refuses damage to %s with an InputError of one line, or decodes it',
    async (name) => {
      const sound = await readFile(fixture('images', name));
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          fc.nat(sound.length),
          (changes, length) => {
            const bytes = Uint8Array.from(sound).subarray(0, length);
            for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
            try {
              const image = decodeImage(bytes, 'x');
              expect(image.data).toHaveLength(image.width * image.height * image.channels);
            } catch (error) {
              expect(error).toMatchObject({ name: 'InputError' });
              expect((error as Error).message).not.toMatch(/[\n\r]/);
            }
          },
        ),
        { numRuns: 200 },
      );
    },
  );
});

describe('toChannels', () => {
  const image = { width: 1, height: 1, white: 255 };
  it.each([
    ['grey from RGB', { ...image, channels: 3, data: Uint8Array.of(10, 20, 30) }, 1, [0.299 * 10 + 0.587 * 20 + 0.114 * 30]],
    ['grey from grey and alpha', { ...image, channels: 2, data: Uint8Array.of(9, 1) }, 1, [9]],
    ['RGB from grey', { ...image, channels: 1, data: Uint8Array.of(9) }, 3, [9, 9, 9]],
    ['RGB from RGBA, alpha dropped', { ...image, channels: 4, data: Uint8Array.of(1, 2, 3, 4) }, 3, [1, 2, 3]],
    ['RGBA from RGB, opaque', { ...image, channels: 3, data: Uint8Array.of(1, 2, 3) }, 4, [1, 2, 3, 255]],
    ['RGBA from grey and alpha', { ...image, channels: 2, data: Uint8Array.of(9, 5) }, 4, [9, 9, 9, 5]],
    ['16 bits in 0…255', { ...image, white: 65535, channels: 1, data: Uint16Array.of(65535) }, 1, [255]],
  ] as const)('%s', (_, from, wanted, expected) => {
    const out = numbers(toChannels(from, wanted).data);
    expect(out).toHaveLength(expected.length);
    expected.forEach((x, i) => expect(out[i]).toBeCloseTo(x, 4));
  });
});

describe('resize', async () => {
  const source = await golden('resize', 'source.npy');
  const [height, width, channels] = source.shape;
  const plane = { width, height, channels, data: Float32Array.from(source.data as Uint8Array) };
  const files = await readdir(fixture('resize'));

  it.each(files.filter((name) => /^(crop|stretch)/.test(name)))('%s is the sum of all source pixels by their weights', async (name) => {
    const { shape, data } = await golden('resize', name);
    const out = resize(plane, shape[1], shape[0], name.startsWith('crop') ? 'crop' : 'stretch');
    expect(out.data).toHaveLength(data.length);
    numbers(data).forEach((x, i) => expect(out.data[i]).toBeCloseTo(x, 3));
  });

  it.each(files.filter((name) => name.startsWith('pillow')))('%s is what Pillow has, which rounds twice', async (name) => {
    const { shape, data } = await golden('resize', name);
    const out = resize(plane, shape[1], shape[0], 'stretch');
    numbers(data).forEach((x, i) => expect(Math.abs(out.data[i] - x)).toBeLessThanOrEqual(1.1));
  });

  it('keeps a constant image and an image of the same size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom('crop', 'stretch'), (w, h, fit) => {
        const grey = { width: 9, height: 5, channels: 1, data: new Float32Array(45).fill(77) };
        for (const x of resize(grey, w, h, fit).data) expect(x).toBeCloseTo(77, 3);
      }),
    );
    expect(resize(plane, width, height, 'crop').data).toEqual(plane.data);
  });
});

describe('imageLayout', () => {
  it.each<[(number | string | null)[], string | undefined]>([
    [['batch', 3, 224, 224], 'NCHW 3 224 224'],
    [['batch', 1, 28, 28], 'NCHW 1 28 28'],
    [[1, 224, 224, 3], 'NHWC 3 224 224'],
    [['n', 3, 48, 'w'], 'NCHW 3 48 null'],
    [[null, null, null, 3], 'NHWC 3 null null'],
    [[null, null, null, null], 'NCHW 3 null null'],
    [['batch', 28, 28], 'NHW 1 28 28'],
    [['batch', 128], undefined],
    [['batch', 64, 56, 56], undefined],
    [[1, 3, 8, 224, 224], undefined],
  ])('%j is %s', (shape, expected) => {
    const layout = imageLayout(shape);
    expect(layout && `${layout.order} ${layout.channels} ${layout.height} ${layout.width}`).toBe(expected);
  });

  it('lets the user decide where both would do', () => {
    expect(imageLayout([null, null, null, null], 'NHWC')?.order).toBe('NHWC');
    expect(imageLayout(['n', 3, 224, 224], 'NHWC')).toBeUndefined();
  });
});

describe('planImages and preprocess', () => {
  const image = { width: 2, height: 2, channels: 3, white: 255, data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) } as const;
  const layout = { order: 'NCHW', channels: 3, height: 2, width: 2 } as const;
  const where = 'input "x"';

  it('normalizes with ImageNet’s figures by default and says so', () => {
    const plan = planImages(layout, 'float32', {}, where);
    const out = numbers(preprocess(image, plan));
    const expected = [0, 1, 2].flatMap((c) =>
      [0, 1, 2, 3].map((i) => (((i * 3 + c) * 20) / 255 - [0.485, 0.456, 0.406][c]) / [0.229, 0.224, 0.225][c]),
    );
    out.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 5));
    expect(plan.note).toBe(
      'images: 2 × 2 RGB, NCHW; resized to fill (bilinear, antialiased) and centre-cropped; (sample × 1/255 − [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225] with samples 0…255; all by default',
    );
  });

  it('takes what the user says and leaves the rest', () => {
    const plan = planImages({ ...layout, order: 'NHWC' }, 'float32', { mean: [0], std: [1], scale: 1, colours: 'bgr' }, where);
    expect(numbers(preprocess(image, plan)).slice(0, 6)).toEqual([40, 20, 0, 100, 80, 60]);
    expect(plan.note).toContain('BGR, NHWC');
    expect(plan.note).toContain('by default but for scale, mean, std, colours');
  });

  it('gives integer inputs the samples as they are, int8 shifted', () => {
    expect(numbers(preprocess(image, planImages(layout, 'uint8', {}, where))).slice(0, 4)).toEqual([0, 60, 120, 180]);
    expect(numbers(preprocess(image, planImages(layout, 'int8', {}, where))).slice(0, 4)).toEqual([-128, -68, -8, 52]);
  });

  it('stores float16 as bit patterns', () => {
    expect(preprocess(image, planImages(layout, 'float16', { mean: [0], std: [20], scale: 1 }, where)).slice(0, 2)).toEqual(
      Uint16Array.of(0, 0x4200),
    );
  });

  it('chooses sizes that the model leaves open, and stretches to long ones', () => {
    expect(planImages({ ...layout, height: null, width: null }, 'float32', {}, where)).toMatchObject({
      height: 224,
      width: 224,
      fit: 'crop',
    });
    expect(planImages({ ...layout, height: 48, width: null }, 'float32', {}, where)).toMatchObject({
      height: 48,
      width: 320,
      fit: 'stretch',
    });
    expect(planImages({ ...layout, height: null, width: null }, 'float32', { size: [64, 96] }, where)).toMatchObject({
      height: 64,
      width: 96,
    });
  });

  it.each([
    [{ size: [3, 3] as const }, /takes images of 2 × 2 \(height × width\), not 3 × 3/],
    [{ mean: [1, 2] }, /mean has 2 values for 3 channels/],
    [{ std: [1, 0, 1] }, /std not 0/],
    [{ scale: NaN }, /must be finite/],
  ])('refuses %j', (options, message) => expect(() => planImages(layout, 'float32', options, where)).toThrow(message));
});
