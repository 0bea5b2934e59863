import { css } from 'lit';
import { figureTableStyles } from '../../components/figureTable.js';
import { messageStyles } from '../../components/messageStyles.js';
import { progressLineStyles } from '../../components/progressLine.js';

export const planViewStyles = [
  figureTableStyles,
  progressLineStyles,
  messageStyles,
  css`
    :host {
      display: block;
      min-width: 0;
      overflow: auto;
      padding: 10px 16px 24px;
    }
    .head {
      align-items: start;
      column-gap: 16px;
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      line-height: 1.45;
      margin-bottom: 12px;
      row-gap: 6px;
    }
    .head > div:first-child {
      flex: 1 1 24em;
      min-width: 0;
    }
    h2 {
      font-size: 1.15em;
      overflow-wrap: anywhere;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
    }
    .stale {
      flex: 1 0 100%;
    }
    .tables,
    .charts {
      column-gap: 28px;
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr));
      margin-top: 20px;
      row-gap: 24px;
    }
    .trial {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 6px 10px;
      line-height: 1.45;
      margin-top: 4px;
    }
    .trial .problem {
      overflow-wrap: anywhere;
    }
    .measured > p {
      margin-top: 4px;
    }
    .tables section {
      min-width: 0;
    }
    h3 {
      margin-bottom: 4px;
    }
    .tables .scroll {
      max-height: none;
    }
    .tables tbody th {
      line-height: 1.35;
      min-width: 9em;
      padding-block: 3px;
      white-space: normal;
    }
    .notes {
      line-height: 1.5;
      margin-top: 20px;
    }
    .notes ul {
      margin: 0;
      padding-inline-start: 1.3em;
    }
    .notes li {
      overflow-wrap: anywhere;
    }
    .message[role='status'] {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 10px;
      justify-content: center;
    }
    @media (max-width: 640px), (max-height: 560px) {
      :host {
        overflow: visible;
        padding-inline: 12px;
      }
    }
  `,
];
