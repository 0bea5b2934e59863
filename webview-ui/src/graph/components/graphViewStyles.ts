import { css } from 'lit';

/** How the graph, its outline, its tools and its legend share their room. */
export const graphViewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .tools,
  .legend {
    align-items: center;
    column-gap: 14px;
    display: flex;
    flex-wrap: wrap;
    padding: 0 16px;
    row-gap: 4px;
  }
  .tools {
    padding-block: 6px;
  }
  .group {
    align-items: center;
    column-gap: 2px;
    display: flex;
    flex-wrap: wrap;
    min-width: 0;
  }
  vscode-textfield {
    min-width: 8em;
    width: 15em;
  }
  vscode-textfield > [slot='content-before'] {
    margin-inline-start: 6px;
  }
  .corner {
    width: 2px;
  }
  .matches {
    margin-inline: 6px;
    white-space: nowrap;
  }
  .matches:empty {
    display: none;
  }
  .legend {
    font-size: 0.87em;
    padding-bottom: 6px;
  }
  .key {
    align-items: center;
    column-gap: 5px;
    display: inline-flex;
  }
  .swatch {
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: 2px;
    height: 12px;
    overflow: hidden;
    width: 25px;
  }
  .swatch i {
    display: block;
    height: 100%;
  }
  .fifths-1 {
    width: 20%;
  }
  .fifths-2 {
    width: 40%;
  }
  .fifths-3 {
    width: 60%;
  }
  .fifths-4 {
    width: 80%;
  }
  .hot {
    background: color-mix(in srgb, var(--hot) 45%, transparent);
  }
  .warm {
    background: color-mix(in srgb, var(--warm) 35%, transparent);
  }
  .cool {
    background: color-mix(in srgb, var(--cool) 38%, transparent);
  }
  .amount {
    background: color-mix(in srgb, var(--vscode-charts-purple) 38%, transparent);
  }
  .stripes {
    mask: repeating-linear-gradient(90deg, currentColor 0 4px, transparent 4px 8px);
  }
  .rows {
    mask: repeating-linear-gradient(currentColor 0 2px, transparent 2px 4px);
  }
  .way {
    border-top: 2px solid var(--vscode-charts-blue);
    width: 25px;
  }
  .way.after {
    border-top: 2px dashed var(--vscode-charts-purple);
  }
  .stage {
    border-top: 1px solid var(--line);
    display: flex;
    flex: 1 1 auto;
    min-height: 0;
  }
  pl-graph-outline {
    border-inline-end: 1px solid var(--line);
    flex: 0 1 24em;
    min-width: 0;
  }
  .picture {
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    position: relative;
  }
  pl-graph-canvas {
    inset: 0;
    position: absolute;
  }
  pl-minimap {
    background: color-mix(in srgb, var(--vscode-editor-background) 85%, transparent);
    border: 1px solid var(--line);
    bottom: 8px;
    display: block;
    height: min(160px, 40%);
    inset-inline-end: 8px;
    position: absolute;
    width: 100px;
  }
  .busy {
    background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
    border: 1px solid var(--line);
    border-radius: 3px;
    inset-inline-start: 8px;
    max-width: calc(100% - 32px);
    overflow-wrap: anywhere;
    padding: 4px 10px;
    position: absolute;
    top: 8px;
  }
  .about {
    border-top: 1px solid var(--line);
    flex: none;
    line-height: 1.5;
    overflow: hidden;
    padding: 3px 16px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .about .name {
    font-weight: 600;
    margin-inline-end: 0.5em;
  }
  @media (max-width: 640px) {
    .tools,
    .legend,
    .about {
      padding-inline: 12px;
    }
    /* one after the other would leave neither enough room */
    .outlined .picture {
      display: none;
    }
    pl-graph-outline {
      border: 0;
      flex: 1 1 auto;
    }
    .about {
      white-space: normal;
    }
    pl-minimap {
      height: 90px;
      width: 48px;
    }
  }
`;
