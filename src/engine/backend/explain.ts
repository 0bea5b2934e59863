import { quote } from '../../model/quote.js';

type Rule = readonly [pattern: RegExp, say: (...found: readonly string[]) => string];

const MEMORY = 'try fewer samples or a smaller memory budget';
const named = (node: string, op: string): string => (node === '' ? `a node of type ${op}` : `node ${quote(node)} (${op})`);

/** Longer ones are cut: they go into one line. */
const LONGEST = 300;

/** What ONNX Runtime says, and how to say it to a user. */
const rules: readonly Rule[] = [
  [/Cannot find (?:module|package) '(\S+?)'/, (name) => `${name} is not installed here`],
  [
    /In Node, \("(.*?)", (\S+?), .* No Op registered for \S+ with domain_version of (\d+)/,
    (node, op, version) => `${named(node, op)}: ONNX Runtime has no such operator in opset ${version}`,
  ],
  [
    /In Node, \("(.*?)", (\S+?), .* No opset import for domain '(.*?)'/,
    (node, op, domain) => `${named(node, op)}: the model does not say which version of the domain ${quote(domain)} it uses`,
  ],
  // The WebAssembly build does not tell the node.
  [/No Op registered for (\S+) with domain_version of (\d+)/, (op, version) => `ONNX Runtime has no operator ${op} in opset ${version}`],
  [/No opset import for domain '(.*?)'/, (domain) => `the model does not say which version of the domain ${quote(domain)} it uses`],
  [
    /(\S+):(\S+)\(-?\d+\) is not a registered function\/op/,
    (domain, op) => `ONNX Runtime has no operator ${op} of the domain ${quote(domain)}`,
  ],
  [
    /Could not find an implementation for (\S+?)\(\d+\) node with name '(.*?)'/,
    (op, node) => `${named(node, op)}: ONNX Runtime cannot compute it for values of these types`,
  ],
  [
    /Opset (\d+) is under development.* is till opset (\d+)/,
    (found, newest) => `the model is of opset ${found}, ONNX Runtime knows those up to ${newest}: export it for an older one`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    (found, newest) => `the model is of IR version ${found}, ONNX Runtime knows those up to ${newest}: export it for an older one`,
  ],
  [
    /running (\S+) node\. Name:'(.*?)' .*Failed to allocate memory for requested buffer of size (\d+)/,
    (op, node, bytes) => `${named(node, op)} asked for ${(Number(bytes) / 2 ** 30).toFixed(1)} GiB, more memory than there is: ${MEMORY}`,
  ],
  [/Tensor shape is too large|SafeIntOnOverflow/, () => `a value would be larger than memory can be: ${MEMORY}`],
  [/Failed to allocate memory|bad_alloc|bad allocation|Array buffer allocation failed/, () => `memory ran out: ${MEMORY}`],
  [
    /invalid dimensions for input: (\S+) .*?index: (\d+) Got: (\d+) Expected: (\d+)/,
    (input, axis, found, expected) => `input ${quote(input)}: expected ${expected} values along axis ${axis}, found ${found}`,
  ],
  [/running (\S+) node\. Name:'(.*?)' Status Message: (.*)/, (op, node, why) => `${named(node, op)}: ${withoutSource(why)}`],
];

/** Where in the runtime's own source something went wrong, and in which function. */
const withoutSource = (text: string): string => text.replace(/\/\S+\.(?:cc|h|cpp):\d+ (?:[\w:<>*&,~ ]+\(.*?\)(?: const)? )?/, '').trim();

/** An error of the runtime in one line for the user. */
export function explain(message: string): string {
  const line = message.replace(/\s*\n\s*/g, ' ').trim();
  for (const [pattern, say] of rules) {
    const found = pattern.exec(line);
    if (found) return say(...found.slice(1));
  }
  const said = withoutSource(line.replace(/^.*?ERROR_MESSAGE: /, ''));
  return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
}
