import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in the document: rule, and the elements that break it. */
export async function violations(frame: Frame): Promise<string[]> {
  // the editor paints the background behind the page; axe would take it for white
  await frame.evaluate("document.body.style.background = 'var(--vscode-editor-background)'");
  await frame.evaluate(axe);
  const results = await frame.evaluate<AxeResults>('axe.run()');
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`));
}

/** The document inside the visible webview, for what runs in it. */
export async function activeFrame(page: Page): Promise<Frame> {
  const element = await page.locator('iframe.webview.ready').contentFrame().locator('iframe#active-frame').elementHandle();
  return (await element.contentFrame())!;
}
