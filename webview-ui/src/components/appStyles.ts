import { css } from 'lit';

/** How the parts of the page share its room. */
export const appStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    height: 100vh;
    min-width: 0;
    overflow: hidden;
  }
  main {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .panes {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-height: 0;
  }
  pl-layers-view {
    flex: 0 1 auto;
  }
  pl-graph-view {
    flex: 0 1 auto;
    height: max(160px, calc(var(--pane) * var(--graph-split)));
  }
  pl-sensitivity-view {
    flex: 0 1 auto;
    height: max(160px, calc(var(--pane) * var(--sensitivity-split)));
  }
  pl-plan-view {
    flex: 1 1 auto;
  }
  pl-sash[hidden],
  .detail[hidden] {
    display: none;
  }
  pl-tabs {
    flex: none;
  }
  pl-sash {
    flex: none;
  }
  .detail {
    flex: 1 1 0;
    min-height: 0;
    overflow: auto;
  }
  .empty,
  .message {
    line-height: 1.5;
    margin: auto;
    max-width: 60ch;
    padding: 24px 16px;
    text-align: center;
  }
  .empty {
    color: var(--muted);
  }
  .message h2 {
    font-size: 1.2em;
    margin-bottom: 8px;
    overflow-wrap: anywhere;
  }
  .message p {
    overflow-wrap: anywhere;
  }
  .message .big {
    display: block;
    margin-bottom: 12px;
  }
  .message .big .icon {
    font-size: 40px;
  }
  .actions {
    column-gap: 8px;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    margin-top: 16px;
    row-gap: 8px;
  }
  .skeleton {
    flex: 1 1 auto;
    padding: 4px 16px;
  }
  .skeleton i {
    background: currentColor;
    border-radius: 3px;
    display: block;
    height: 10px;
    margin-block: 14px;
    opacity: 0.1;
  }
  @media (prefers-reduced-motion: no-preference) {
    .skeleton i {
      animation: breathe 1.6s ease-in-out infinite alternate;
    }
    @keyframes breathe {
      to {
        opacity: 0.05;
      }
    }
  }
  /* VS Code's own setting says so by a class */
  :host-context(.vscode-reduce-motion) .skeleton i {
    animation: none;
  }
  /* where two panes would both be too small, the page scrolls as one */
  @media (max-width: 640px), (max-height: 560px) {
    :host {
      height: auto;
      min-height: 100vh;
      overflow: visible;
    }
    pl-graph-view {
      height: max(360px, 75vh);
    }
    pl-sensitivity-view {
      height: auto;
    }
    pl-sash {
      display: none;
    }
    .detail {
      border-top: 1px solid var(--line);
      overflow: visible;
    }
  }
`;
