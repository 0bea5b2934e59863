import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { npyArray } from '../../../../src/engine/inputs/npy.js';
import { openZip, type ZipMember } from '../../../../src/engine/inputs/zip.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { fixture, numbers, zip } from './support.js';

const open = (bytes: Uint8Array): Promise<readonly ZipMember[]> => openZip(memorySource(bytes), '"x.npz"');
const whole = ({ source }: ZipMember): Promise<Uint8Array> => source.slice(0, source.byteLength);
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) & (i % 7 === 0 ? 255 : 15));

describe('openZip reads what NumPy wrote', () => {
  it.each(['stored.npz', 'deflated.npz', 'zip64.npz'])('%s', async (name) => {
    const members = await open(await readFile(fixture('arrays', name)));
    const lines = (await readFile(fixture('arrays', 'arrays.jsonl'), 'utf8')).trim().split('\n');
    expect(members.map((member) => member.name)).toEqual(['image.npy', 'rate.npy', 'state.npy']);
    for (const member of members) {
      const expected = lines
        .map((line) => JSON.parse(line) as { name: string; shape: number[]; values: number[] })
        .find((d) => `${d.name}.npy` === `npz ${member.name}`)!;
      const array = await npyArray(member.source, name);
      expect(array.shape).toEqual(expected.shape);
      expect(numbers(await array.readAll())).toEqual(expected.values.map(Number));
    }
  });
});

describe('openZip', () => {
  it('gives back any members, stored or deflated, read in any stretches', async () => {
    const file = fc.record({ bytes: fc.uint8Array({ maxLength: 3000 }), method: fc.constantFrom(0, 8) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }),
        async (files, cuts) => {
          const members = await open(zip(files.map((f, i) => ({ ...f, name: `${i}.npy` }))));
          expect(members).toHaveLength(files.length);
          for (const [i, member] of members.entries()) {
            const { bytes } = files[i];
            for (const [a, b] of cuts) {
              const [start, end] = [a % (bytes.length + 1), b % (bytes.length + 1)].sort((x, y) => x - y);
              expect(Buffer.from(await member.source.slice(start, end)).equals(bytes.subarray(start, end))).toBe(true);
            }
            expect(Buffer.from(await whole(member)).equals(bytes)).toBe(true);
          }
        },
      ),
    );
  });

  it('inflates once for a pass in ascending order, in bounded pieces, and again when going back', async () => {
    const bytes = noise(3_000_000);
    const archive = zip([{ name: 'a.npy', bytes }]);
    let read = 0;
    const source = {
      byteLength: archive.length,
      slice: (start: number, end: number) => ((read += end - start), Promise.resolve(archive.subarray(start, end))),
    };
    const [member] = await openZip(source, 'x');
    read = 0;
    for (let at = 0; at < bytes.length; at += 100_000)
      expect(Buffer.from(await member.source.slice(at, at + 100_000)).equals(bytes.subarray(at, at + 100_000))).toBe(true);
    expect(read).toBeLessThanOrEqual(archive.length);
    await member.source.slice(0, 1);
    expect(read).toBeGreaterThan(archive.length - 200);
    member.source.close();
  });

  it('serves overlapping requests in turn', async () => {
    const bytes = noise(600_000);
    const [member] = await open(zip([{ name: 'a.npy', bytes }]));
    const [late, early] = await Promise.all([member.source.slice(500_000, 500_010), member.source.slice(10, 20)]);
    expect([...late]).toEqual([...bytes.subarray(500_000, 500_010)]);
    expect([...early]).toEqual([...bytes.subarray(10, 20)]);
  });

  const bytes = noise(5000);
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /not a zip/],
    ['another format', Buffer.from('\x93NUMPY and so on'), /not a zip/],
    ['an archive without its end', zip([{ name: 'a', bytes }]).subarray(0, -30), /directory at its end is missing/],
    ['fewer members than claimed', zip([{ name: 'a', bytes }], { entries: 2 }), /lists 1 of 2 members/],
    ['an encrypted member', zip([{ name: 'a', bytes, flags: 1 }]), /member "a" is encrypted/],
    ['an unknown method', zip([{ name: 'a', bytes, method: 12 }]), /method 12/],
    [
      'two of a name',
      zip([
        { name: 'a', bytes },
        { name: 'a', bytes },
      ]),
      /two members are called "a"/,
    ],
    [
      'members that share bytes',
      zip([
        { name: 'a', bytes },
        { name: 'b', bytes, offset: 0 },
      ]),
      /overlap/,
    ],
    ['a member outside', zip([{ name: 'a', bytes, offset: 1e6 }]), /lies outside the file/],
    ['a member that is not there', zip([{ name: 'a', bytes, offset: 5 }]), /not where the directory says/],
    ['a ratio that deflate cannot reach', zip([{ name: 'a', bytes: new Uint8Array(10), size: 4e9 }]), /no deflate reaches/],
    ['a stored member of two sizes', zip([{ name: 'a', bytes, method: 0, size: 4999 }]), /stored, but in 5000 bytes of 4999/],
  ])('refuses %s', async (_, archive, message) => {
    await expect(open(archive)).rejects.toThrow(message);
    await expect(open(archive)).rejects.toMatchObject({ name: 'InputError' });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['inflates to more than it claims', zip([{ name: 'a', bytes, size: 4000 }]), /more than the 4000 bytes it claims|checksum/],
    ['inflates to less than it claims', zip([{ name: 'a', bytes, size: 6000 }]), /cut off: it claims 6000 bytes, found 5000/],
    ['has another checksum', zip([{ name: 'a', bytes, crc: 1 }]), /checksum is wrong/],
  ])('refuses what %s when it is read', async (_, archive, message) => {
    const [member] = await open(archive);
    await expect(whole(member)).rejects.toThrow(message);
  });

  it('refuses damage with an InputError of one line, or reads what it claims', async () => {
    const sound = zip([
      { name: 'a.npy', bytes },
      { name: 'b.npy', bytes: bytes.subarray(0, 100), method: 0 },
    ]);
    const place = fc.oneof(fc.nat(sound.length - 1), fc.integer({ min: sound.length - 130, max: sound.length - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = Uint8Array.from(sound);
        for (const [at, byte] of changes) damaged[at] = byte;
        try {
          for (const member of await open(damaged)) if (member.source.byteLength < 1e7) await whole(member);
        } catch (error) {
          expect(error).toMatchObject({ name: 'InputError' });
          expect((error as Error).message).not.toMatch(/[\n\r]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
