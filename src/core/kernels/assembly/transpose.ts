/**
 * Moves a slab of `outer` × `channels` × `inner` float32 to channel-major order: element (o, c, i) goes to `out[c·stride + o·inner + i]`,
 * stride in elements.
 */
export function channelMajor(x: usize, outer: i32, channels: i32, inner: i32, out: usize, stride: i32): void {
  if (inner == 1) return transpose(x, outer, channels, out, stride);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      let to = out + ((<usize>c * <usize>stride + <usize>o * <usize>inner) << 2);
      const end = x + (<usize>inner << 2);
      for (; x + 16 <= end; x += 16, to += 16) v128.store(to, v128.load(x));
      for (; x < end; x += 4, to += 4) store<u32>(to, load<u32>(x));
    }
  }
}

function transpose(x: usize, rows: i32, columns: i32, out: usize, stride: i32): void {
  const row = <usize>columns << 2;
  const line = <usize>stride << 2;
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let c = 0; c < wholeColumns; c += 4) {
    let from = x + (<usize>c << 2);
    let to = out + <usize>c * line;
    for (let r = 0; r < wholeRows; r += 4, from += row << 2, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from + row);
      const d = v128.load(from + 2 * row);
      const e = v128.load(from + 3 * row);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const de = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
      const DE = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(ab, de, 0, 2));
      v128.store(to + line, v128.shuffle<f64>(ab, de, 1, 3));
      v128.store(to + 2 * line, v128.shuffle<f64>(AB, DE, 0, 2));
      v128.store(to + 3 * line, v128.shuffle<f64>(AB, DE, 1, 3));
    }
  }
  for (let r = 0; r < rows; r++) {
    for (let c = r < wholeRows ? wholeColumns : 0; c < columns; c++) {
      store<u32>(out + <usize>c * line + (<usize>r << 2), load<u32>(x + <usize>r * row + (<usize>c << 2)));
    }
  }
}
