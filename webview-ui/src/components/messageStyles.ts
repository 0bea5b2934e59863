import { css } from 'lit';

/** A view that has nothing to show yet: what it would show, and what can be done about it. */
export const messageStyles = css`
  .message {
    line-height: 1.5;
    margin: auto;
    max-width: 60ch;
    padding: 24px 16px;
    text-align: center;
  }
  .message h2 {
    font-size: 1.2em;
    margin-bottom: 8px;
  }
  .message .big {
    display: block;
    margin-bottom: 12px;
  }
  .message .big .icon {
    font-size: 40px;
  }
`;
