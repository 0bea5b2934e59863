import { floats, model, node, value } from '../../unit/model/build.js';

/** Would say so in the page's `title`, were it ever run. */
const script = (where: string): string =>
  `</script><script>document.title='ran:${where}'</script><img src=x onerror="document.title='ran:${where}'">`;

/** Names that a model may have: of a script, of a text that runs from right to left and turns what follows it, and of ten thousand characters. */
const hostileNames = {
  script: script('node'),
  rightToLeft: '\u202eשכבה/مشبك',
  long: `/${'long'.repeat(2500)}/MatMul`,
} as const;

/** Three layers with these names, after an input and before an output that are hostile as well. */
export function hostileModel(width = 16, suffix = ''): Uint8Array {
  const names = Object.values(hostileNames).map((name) => name + suffix);
  const [input, output] = [script('input'), script('output')];
  const weights = Array.from({ length: width * width }, (_, i) => Math.sin(i + width) / width);
  return model({
    input: [value(input, [1, width])],
    output: [value(output, [1, width])],
    initializer: names.map((_, i) => floats(`${script('weight')}${i}`, [width, width], weights)),
    node: names.map((name, i) =>
      node('MatMul', [i === 0 ? input : `t${i - 1}`, `${script('weight')}${i}`], [i === names.length - 1 ? output : `t${i}`], {}, name),
    ),
  });
}
