import { css } from 'lit';

export const compareStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    height: 100vh;
    min-width: 0;
  }
  header {
    border-bottom: 1px solid var(--line);
    display: grid;
    flex: none;
    gap: 8px;
    max-height: 45vh;
    overflow: auto;
    padding: 12px 16px;
  }
  h1 {
    overflow-wrap: anywhere;
  }
  .bar {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .filter {
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--line));
    border-radius: 2px;
    color: var(--vscode-input-foreground);
    flex: 1 1 200px;
    font: inherit;
    height: 24px;
    max-width: 400px;
    min-width: 0;
    padding-inline: 6px;
  }
  .filter::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  main {
    flex: 1 1 auto;
    min-height: 0;
    overflow: auto;
    padding: 0 16px 16px;
  }
  .layers {
    border-collapse: collapse;
    table-layout: fixed;
    width: 100%;
  }
  .layers > thead th:nth-child(1) {
    width: 32%;
  }
  .layers > thead th:nth-child(2) {
    width: 10%;
  }
  .layers > thead th:nth-child(3) {
    width: 18%;
  }
  .layers > thead th:nth-child(5) {
    width: 14%;
  }
  .layers > thead th {
    background: var(--vscode-editor-background);
    border-bottom: 1px solid var(--line);
    color: var(--muted);
    font-weight: normal;
    padding: 4px 8px 4px 0;
    position: sticky;
    text-align: start;
    top: 0;
    z-index: 1;
  }
  .layers > tbody > tr > * {
    border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
    font-weight: normal;
    overflow-wrap: anywhere;
    padding: 2px 8px 2px 0;
    text-align: start;
    vertical-align: top;
    white-space: normal;
  }
  .layers > * > tr > .figure {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .layers .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .open {
    align-items: baseline;
    column-gap: 4px;
    cursor: pointer;
    display: flex;
    min-height: 24px;
    text-align: start;
    width: 100%;
  }
  .details {
    padding-inline-start: 20px !important;
  }
  /* a name is as long as its model likes, and the figures beside it are to stay in sight */
  bdi {
    overflow-wrap: anywhere;
    white-space: normal;
  }
  .none {
    padding: 16px 0;
  }
`;
