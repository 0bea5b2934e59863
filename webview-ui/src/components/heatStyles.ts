import { css } from 'lit';

/** The tints of view/heat.ts: warm below the target, cool above it; safe for colour-blind eyes, and the figure is always in the cell. */
export const heatStyles = css`
  .tint {
    border-radius: 2px;
    display: block;
    height: calc(100% - 4px);
    line-height: calc(var(--row-height, 24px) - 4px);
    margin: 2px 0;
  }
  .far {
    background: color-mix(in srgb, var(--hot) 38%, var(--vscode-editor-background));
  }
  .below {
    background: color-mix(in srgb, var(--warm) 32%, var(--vscode-editor-background));
  }
  .near {
    background: color-mix(in srgb, var(--warm) 15%, var(--vscode-editor-background));
  }
  .enough {
    background: color-mix(in srgb, var(--cool) 22%, var(--vscode-editor-background));
  }
  .ample {
    background: color-mix(in srgb, var(--cool) 40%, var(--vscode-editor-background));
  }
  /* without a tint: another figure than those beside it */
  .of-weights {
    border: 1px dashed color-mix(in srgb, currentColor 45%, transparent);
    color: var(--muted);
    line-height: calc(var(--row-height, 24px) - 6px);
  }
  .chosen {
    box-shadow: inset 0 0 0 1.5px currentColor;
    font-weight: 600;
  }
`;
