import { html, type TemplateResult } from 'lit';

/** Code points of codicon.ttf. As text in the shared font, an icon in a table row costs no element with a style sheet of its own. */
export const codePoints = {
  warning: 0xea6c,
  info: 0xea74,
  error: 0xea87,
  search: 0xea6d,
  'arrow-up': 0xeaa1,
  'arrow-down': 0xea9a,
  close: 0xea76,
  'circle-slash': 0xeabd,
  pass: 0xeba4,
  lock: 0xea75,
  'graph-scatter': 0xebe3,
  'graph-line': 0xebe2,
  graph: 0xeb03,
  layers: 0xebd2,
  law: 0xeb12,
  'arrow-right': 0xea9c,
  'arrow-swap': 0xebcb,
  flame: 0xeaf2,
  'git-compare': 0xeafd,
  settings: 0xeb52,
  'group-by-ref-type': 0xeb97,
  'zoom-in': 0xeb81,
  'zoom-out': 0xeb82,
  'screen-full': 0xeb4c,
  'expand-all': 0xeb95,
  'collapse-all': 0xeac5,
  'list-tree': 0xeb86,
  export: 0xebac,
  'chevron-up': 0xeab7,
  'chevron-down': 0xeab4,
  'chevron-right': 0xeab6,
  ellipsis: 0xea7c,
  table: 0xebb7,
  check: 0xeab2,
  discard: 0xeae2,
  save: 0xeb4b,
  'file-media': 0xeaea,
  edit: 0xea73,
} as const;

export type IconName = keyof typeof codePoints;

/** A decorative icon; what it means stands beside it in words. `tone` is a class for its colour. */
export const icon = (name: IconName, tone = ''): TemplateResult =>
  html`<span class="icon ${tone}" aria-hidden="true">${String.fromCodePoint(codePoints[name])}</span>`;
