import { css } from 'lit';

/** How what opens over the page looks: as menus of VS Code do. */
export const popoverStyles = css`
  [popover] {
    background: var(--vscode-menu-background, var(--vscode-editorWidget-background, var(--vscode-editor-background)));
    border: 1px solid var(--vscode-menu-border, var(--line));
    border-radius: 5px;
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
    color: var(--vscode-menu-foreground, var(--vscode-foreground));
    inset: auto;
    margin: 0;
    max-height: 70vh;
    overflow: auto;
    padding: 4px;
    position: fixed;
  }
`;
