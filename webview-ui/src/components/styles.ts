/** Styles that every part of the page shares. Colours are VS Code's theme variables and nothing else. */
import { css } from 'lit';

export const shared = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    /* the theme's orange is translucent or missing, so warm tints are made of its yellow and red */
    --warm: var(--vscode-charts-yellow);
    --hot: var(--vscode-charts-red);
    --cool: var(--vscode-charts-blue);
    --line: var(--vscode-panel-border, var(--vscode-editorWidget-border));
    --muted: var(--vscode-descriptionForeground);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  h1,
  h2,
  h3 {
    font-size: inherit;
    font-weight: 600;
  }
  button {
    background: none;
    border: 0;
    color: inherit;
    font: inherit;
    margin: 0;
    padding: 0;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  /* of the two ways to want less motion the component knows only the browser's */
  :host-context(.vscode-reduce-motion) vscode-progress-bar[indeterminate]::part(indicator) {
    animation: none;
    width: 100%;
  }
  :host-context(.vscode-reduce-motion) vscode-progress-bar::part(indicator) {
    transition: none;
  }
  .icon {
    display: inline-block;
    font: normal normal normal 16px/1 codicon;
    -webkit-font-smoothing: antialiased;
    user-select: none;
    vertical-align: text-bottom;
  }
  .visually-hidden {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }
  .warning {
    color: var(--vscode-editorWarning-foreground);
  }
  .error {
    color: var(--vscode-errorForeground);
  }
  .muted {
    color: var(--muted);
  }
`;

/** For the document itself: the page fills the editor and has no scrollbar of its own where everything fits. */
export const page = css`
  html,
  body {
    height: 100%;
  }
  body {
    margin: 0;
    padding: 0;
  }
  #app {
    height: 100%;
  }
  /* these themes have no colour for the pointer on a button, and the component's own is for dark ones */
  .vscode-high-contrast {
    --vscode-button-secondaryHoverBackground: var(--vscode-button-secondaryBackground, transparent);
  }
`;
