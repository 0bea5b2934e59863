import { onnxRuntimeTraps, type Scheme } from '../core/formats/index.js';
import type { Match } from '../core/formats/types.js';

/** What is a trap in a matched tool's own treatment of schemes: each trap once, with the schemes it concerns. */
export function matchWarnings(schemes: readonly Scheme[], match: Match | undefined): string[] {
  if (!match) return [];
  const concerned = new Map<string, string[]>();
  for (const scheme of schemes) {
    for (const trap of onnxRuntimeTraps(scheme)) concerned.set(trap, [...(concerned.get(trap) ?? []), scheme.text]);
  }
  return [...concerned].map(([trap, texts]) => {
    const more = texts.length > 3 ? ` and ${texts.length - 3} more` : '';
    return `ONNX Runtime (${texts.slice(0, 3).join(', ')}${more}): ${trap}`;
  });
}
