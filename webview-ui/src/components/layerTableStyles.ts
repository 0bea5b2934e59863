import { css } from 'lit';

/** The indent of names inside of modules, by how deep these are. */
const indents = Array.from(
  { length: 13 },
  (_, depth) => css`
    .indent-${depth} {
      padding-inline-start: ${depth * 14}px;
    }
  `,
);

/** How the grid of layers looks. Sizes that depend on data come in as custom properties. */
const grid = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  #grid {
    flex: 1 1 auto;
    font-size: 0.93em;
    font-variant-numeric: tabular-nums;
    min-height: 0;
    outline-offset: -1px;
    overflow: auto;
    position: relative;
    /* what gets the focus is not to stand behind the name */
    scroll-padding-inline-start: var(--name-width);
    scrollbar-gutter: stable;
  }
  /* the row that the keyboard is at has the ring, where it is in sight */
  #grid.marked {
    outline: none;
  }
  .head {
    background: var(--vscode-editor-background);
    min-width: var(--table-width);
    position: sticky;
    top: 0;
    z-index: 2;
  }
  .body {
    min-width: var(--table-width);
  }
  [role='row'] {
    --row: transparent;
    background: var(--row);
    display: grid;
    grid-template-columns: var(--table-columns);
    height: var(--row-height);
    line-height: var(--row-height);
  }
  .head [role='row'] {
    background: var(--vscode-keybindingTable-headerBackground);
    border-bottom: 1px solid var(--line);
    font-weight: 600;
  }
  .body [role='row'] {
    contain: strict;
    cursor: default;
  }
  .body .odd {
    --row: var(--vscode-tree-tableOddRowsBackground, transparent);
  }
  .body [role='row']:hover,
  .body .odd:hover {
    --row: var(--vscode-list-hoverBackground);
  }
  .body [aria-selected='true'] {
    --row: var(--vscode-list-inactiveSelectionBackground, transparent) !important;
    --ring: 1px dotted var(--vscode-contrastActiveBorder, transparent);
  }
  #grid:focus .body [aria-selected='true'] {
    --row: var(--vscode-list-activeSelectionBackground, transparent) !important;
    color: var(--vscode-list-activeSelectionForeground, inherit);
  }
  .body .group {
    font-weight: 600;
  }
  .body .group .rest {
    font-weight: normal;
  }
  .body .group.at {
    --ring: 1px dotted var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  /* where the keyboard is */
  #grid:focus .body .at {
    --ring: 1px solid var(--vscode-focusBorder);
  }
  .place {
    display: flex;
  }
  .place bdi {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .place .rest {
    flex: none;
    margin-inline-start: 0.6em;
  }
  .twistie {
    flex: none;
    text-align: center;
    width: 1.3em;
  }
  .grip {
    bottom: 0;
    cursor: col-resize;
    inset-inline-end: 0;
    position: absolute;
    top: 0;
    touch-action: none;
    width: 6px;
  }
  .grip:hover,
  .grip:active {
    background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
  }
  /* above the cells, as the name's cell has a background of its own */
  .body .at::after,
  .body [aria-selected='true']::after {
    border: var(--ring);
    content: '';
    inset: 0;
    pointer-events: none;
    position: absolute;
    z-index: 2;
  }
  [role='gridcell'],
  [role='columnheader'] {
    min-width: 0;
    overflow: clip;
    padding: 0 0.5em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .end {
    text-align: end;
  }
  .center {
    padding: 0 0.1em;
    text-align: center;
  }
  /* the name stays in sight when the figures scroll sideways */
  .wide .layer {
    background:
      linear-gradient(var(--row, transparent), var(--row, transparent)),
      linear-gradient(var(--vscode-editor-background), var(--vscode-editor-background));
    left: 0;
    position: sticky;
    z-index: 1;
  }
  .head .layer {
    --row: var(--vscode-keybindingTable-headerBackground, transparent);
  }
  .layer bdi {
    display: flex;
  }
  .layer .start {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .layer .tail {
    flex: none;
    white-space: pre;
  }
  [role='columnheader'] {
    padding: 0;
    position: relative;
  }
  [role='columnheader'] button {
    cursor: pointer;
    display: block;
    height: 100%;
    overflow: hidden;
    padding: 0 0.5em;
    text-align: inherit;
    text-overflow: ellipsis;
    white-space: nowrap;
    width: 100%;
  }
  [role='columnheader'].center button {
    padding: 0 0.1em;
  }
  [role='columnheader'] button:hover {
    background: var(--vscode-list-hoverBackground);
  }
  [role='columnheader'] .icon {
    font-size: 12px;
    margin-inline-start: 1px;
    vertical-align: middle;
  }
  .body .tint {
    margin: 2px 0.1em;
    padding: 0;
  }
  .pending::before {
    background: currentColor;
    border-radius: 2px;
    content: '';
    display: inline-block;
    height: 0.5em;
    opacity: 0.15;
    width: 60%;
  }
  .heat.pending::before {
    width: 40%;
  }
  .predicted {
    font-style: italic;
  }
  .causes .word {
    margin-inline-end: 0.8em;
  }
  .causes .icon {
    font-size: 14px;
    margin-inline-end: 0.25em;
    vertical-align: -2px;
  }
  .rest {
    color: var(--muted);
  }
  #grid:focus .body [aria-selected='true'] :is(.rest, .muted) {
    color: inherit; /* muted on the selection's colour is hard to read */
  }
  /* muted text would be too faint on the selection */
  .body [aria-selected='true'] :is(.rest, .muted) {
    color: inherit;
  }
  .editable {
    display: flex;
    padding-inline-end: 0;
  }
  .editable .scheme {
    flex: 1 1 0;
    overflow: clip;
    text-overflow: ellipsis;
  }
  /* no translucency of its own: each would be a layer to paint */
  .edit {
    align-items: center;
    border-radius: 3px;
    color: color-mix(in srgb, currentColor 60%, transparent);
    cursor: pointer;
    display: flex;
    flex: none;
    height: calc(100% - 4px);
    justify-content: center;
    margin-block-start: 2px;
    width: 20px;
  }
  [role='row']:hover .edit,
  [aria-selected='true'] .edit {
    color: inherit;
  }
  /* chevron-down; a picture and no text, so that the cell's text is the scheme */
  .edit::before {
    content: '\\eab4';
    font: normal 16px/1 codicon;
  }
  .edit:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .mine .icon {
    font-size: 13px;
    margin-inline-end: 2px;
    vertical-align: -2px;
  }
  .changed strong {
    text-decoration: underline;
    text-decoration-thickness: 2px;
    text-underline-offset: 3px;
  }
  .problem {
    grid-column: var(--figures) / -1;
  }
  .problem .icon {
    margin-inline-end: 0.4em;
    vertical-align: -3px;
  }
  .mini {
    display: block;
    fill: var(--vscode-charts-blue);
    height: calc(var(--row-height) - 6px);
    width: 100%;
  }
  .mini line {
    stroke: var(--vscode-charts-yellow, currentColor);
    stroke-width: 1px;
    vector-effect: non-scaling-stroke;
  }
`;

export const layerTableStyles = [grid, ...indents];
