import { css } from 'lit';

/** How a layer’s detail is laid out: charts and figures side by side, below each other where it is narrow. */
export const layerDetailStyles = css`
  :host {
    display: block;
    padding: 12px 16px 16px;
  }
  h2 {
    align-items: baseline;
    column-gap: 0.6em;
    display: flex;
    flex-wrap: wrap;
    font-size: 1.15em;
    outline-offset: 3px;
    overflow-wrap: anywhere;
  }
  h2 .muted {
    font-size: 0.87em;
    font-weight: normal;
  }
  .advice {
    line-height: 1.45;
    margin: 4px 0 12px;
    max-width: 100ch;
    text-wrap: pretty;
  }
  .parts {
    column-gap: 28px;
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) minmax(13em, 17em);
  }
  .column {
    display: flex;
    flex-direction: column;
    margin-bottom: 20px;
    min-width: 0;
    row-gap: 20px;
  }
  dl {
    column-gap: 28px;
  }
  dl div {
    border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
    break-inside: avoid;
    column-gap: 12px;
    display: flex;
    justify-content: space-between;
    line-height: 1.75;
  }
  dt {
    color: var(--muted);
    flex: none;
  }
  dd {
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
    text-align: end;
  }
  .figures h3 {
    line-height: 26px;
  }
  .ran {
    border-top: 1px solid var(--line);
    column-gap: 28px;
    display: grid;
    grid-template-columns: minmax(0, 6fr) minmax(0, 4fr) minmax(0, 3fr);
    padding-top: 8px;
    row-gap: 12px;
  }
  .ran h3 {
    line-height: 26px;
  }
  .problem .icon {
    margin-inline-end: 6px;
  }
  @media (max-width: 1000px) {
    .parts {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .figures {
      grid-column: 1 / -1;
    }
    dl {
      columns: 18em;
    }
    .ran {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  @media (max-width: 640px) {
    :host {
      padding-inline: 12px;
    }
    .parts,
    .ran {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
