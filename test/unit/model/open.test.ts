import { describe, expect, it } from 'vitest';
import { floats, model, node, open, refusal, value } from './build.js';

describe('openModel', () => {
  it('finds the weight of a convolution, with its name, shape and channel axis', async () => {
    const found = await open(
      model({
        input: [value('x', ['batch', 3, 8, 8])],
        output: [value('y', ['batch', 4, 6, 6])],
        initializer: [floats('w', [4, 3, 3, 3])],
        node: [node('Conv', ['x', 'w'], ['y'], {}, 'first')],
      }),
    );
    expect(found.layers).toMatchObject([
      { name: 'first', op: 'Conv', node: 0, channelAxis: 0, weight: { name: 'w', shape: [4, 3, 3, 3] } },
    ]);
    expect(found.parameters).toBe(108);
    expect([...(await found.layers[0].weight.read(1, 4))]).toEqual([1 / 8 - 1, 2 / 8 - 1, 3 / 8 - 1]);
  });

  it('says what an empty file is', async () => {
    expect(await refusal(new Uint8Array(0))).toMatch(/empty/);
  });

  it('names the tool that fetches what a git-LFS pointer points to', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    expect(await refusal(new TextEncoder().encode(pointer))).toMatch(/git lfs pull/);
  });
});
