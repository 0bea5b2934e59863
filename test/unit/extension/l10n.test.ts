import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** First arguments of all calls of `t` and `l10n.t` below src/extension; a call whose text is not written there throws. */
function messages(): ReadonlySet<string> {
  const found = new Set<string>();
  const folder = path.join(root, 'src/extension');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    const source = ts.createSourceFile(name, readFileSync(path.join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /^(vscode\.l10n\.)?t$/.test(node.expression.getText())) {
        const [text] = node.arguments;
        if (!ts.isStringLiteral(text)) throw new Error(`${name}: ${node.getText()} has no text to translate`);
        found.add(text.text);
      }
      node.forEachChild(visit);
    };
    visit(source);
  }
  return found;
}

const english = messages();
const korean = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.ko.json'), 'utf8')) as Record<string, string>;

const slots = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([slot]) => slot).sort();

describe('the Korean bundle', () => {
  it('translates every text of the host, and nothing that is not said', () => {
    expect(english.size).toBeGreaterThan(10);
    expect(Object.keys(korean).sort()).toEqual([...english].sort());
  });

  it('keeps the places of the arguments', () => {
    for (const [text, translation] of Object.entries(korean)) {
      expect(translation, text).toMatch(/[가-힣]|^opset/);
      expect(slots(translation), text).toEqual(slots(text));
    }
  });
});
