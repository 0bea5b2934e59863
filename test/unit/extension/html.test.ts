import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, jsonForScript, pageHtml } from '../../../src/extension/editor/html.js';

const sources = {
  cspSource: 'https://webview.test',
  script: 'https://webview.test/page.js',
  codicons: 'https://webview.test/codicon.css',
  nonce: 'bm9uY2U=',
};
const boot = { file: 'lenet.onnx', targetSqnr: 25, language: 'en', strings: {} };

describe('the page', () => {
  it('forbids everything but its own script, style, font and worker', () => {
    expect(contentSecurityPolicy(sources).split('; ')).toEqual([
      `default-src 'none'`,
      `script-src 'nonce-bm9uY2U='`,
      `style-src https://webview.test`,
      `font-src https://webview.test`,
      `worker-src blob:`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ]);
  });

  it('carries the policy, the style of the icons, its boot and its script', () => {
    const html = pageHtml(boot, sources);
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(sources)}">`);
    expect(html).toContain('<link id="vscode-codicon-stylesheet" rel="stylesheet" href="https://webview.test/codicon.css">');
    expect(html).toContain('<script defer src="https://webview.test/page.js" nonce="bm9uY2U="></script>');
    expect(html).toMatch(/<script type="application\/json" id="state" nonce="[^"]+">\{"file":"lenet\.onnx"/);
  });

  it('cannot be broken out of by the name of a file', () => {
    const file = '</script><script>alert(1)</script>\u2028"\'.onnx';
    const html = pageHtml({ ...boot, file }, sources);
    expect(html.match(/<script/g)).toHaveLength(2);
    const json = /id="state" nonce="[^"]+">(.*)<\/script>/.exec(html)![1];
    expect(JSON.parse(json)).toMatchObject({ file });
  });

  it('cannot be broken out of by a language', () => {
    expect(pageHtml({ ...boot, language: '"><script>' }, sources)).toContain('<html lang="&quot;>&lt;script>">');
  });
});

describe('JSON in a script element', () => {
  it('escapes what could end the element or a line, and nothing else', () => {
    expect(jsonForScript({ a: '<!--\u2028\u2029>' })).toBe('{"a":"\\u003c!--\\u2028\\u2029>"}');
  });
});
