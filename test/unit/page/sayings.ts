/** Every phrase that some sources can say, as templates: `no plan keeps {0}; …`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../../..');

/** A text with words in it, rather than a name, a key or what joins names. */
const isPhrase = (text: string): boolean => {
  const words = text.replace(/\{\d+\}/g, '').replace(/\S*[=_/]\S*/g, '');
  return / /.test(text) && words.replace(/[^A-Za-z]/g, '').length > 4;
};

function templateOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, node.head.text);
}

export function sayings(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    const text = templateOf(node);
    if (text !== undefined && isPhrase(text)) found.push(text);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}
