/** Measures the sample models and writes docs/accuracy.md and its pictures: `main.mjs ENGINE [section…]`, in the root of the repository. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withSection } from './page.js';
import { samples, type Sample } from './samples.js';
import { curves } from './sections/curves.js';
import { literature } from './sections/literature.js';
import { plans } from './sections/plans.js';
import { prediction } from './sections/prediction.js';
import type { Section } from './section.js';
import { openStudy, type Study } from './study.js';

/** In the order of the page. */
const sections: readonly Section[] = [curves, literature, prediction, plans];

const PAGE = 'docs/accuracy.md';
const IMAGES = 'docs/images/accuracy';

const HEAD = `# Accuracy

What quantization does to the models in \`samples/\`, measured on their 500 held-out inputs with labels, beside what the literature says; and how well the
effects that are predicted agree with those that are measured. \`npm run accuracy\` makes this page, \`npm run accuracy -- SECTION\` one section of it.

With 500 samples an accuracy of 90 % is known to ±2.6 points (95 %); a difference from the float model on the same samples is known better, because only
samples that change sides count.
`;

const [engineScript, ...wanted] = process.argv.slice(2);
const unknown = wanted.filter((id) => !sections.some((section) => section.id === id));
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(', ')}; there are ${sections.map(({ id }) => id).join(', ')}`);
  process.exit(2);
}
const chosen = sections.filter(({ id }) => wanted.length === 0 || wanted.includes(id));

const studies = new Map<Sample, Promise<Study>>();
const activationSchemes = [...new Set(chosen.flatMap((section) => section.activationSchemes))];
const study = (sample: Sample): Promise<Study> => {
  const open = studies.get(sample) ?? openStudy(sample, engineScript, activationSchemes);
  studies.set(sample, open);
  return open;
};

let page = wanted.length > 0 && existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : HEAD;
mkdirSync(IMAGES, { recursive: true });
for (const section of chosen) {
  const { markdown, images } = await section.make({ samples, engineScript, study, log: (line) => console.log(`${section.id}: ${line}`) });
  for (const [name, svg] of images) writeFileSync(path.join(IMAGES, name), svg);
  page = withSection(page, section.id, markdown);
}
for (const open of studies.values()) await (await open).close();
writeFileSync(PAGE, page);
