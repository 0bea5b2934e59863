/** The page's own style: light or dark as the reader's system is, readable on paper, nothing fetched. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f7fa; --line: #d0d7de; --text: #1b2027; --soft: #525c68;
  --mark: #0b63b5; --mark2: #8a4b00; --grid: #e1e6ec;
  --h0: #ffd7d3; --h1: #ffe6c7; --h2: #fdf5c4; --h3: #dff3da; --h4: #cde9f7; --heat: #1b2027;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --panel: #1d232a; --line: #3a444f; --text: #e6ebf0; --soft: #a9b4c0;
    --mark: #6cb6ff; --mark2: #f0a85a; --grid: #2b333c;
    --h0: #5c2524; --h1: #593a19; --h2: #4f4a17; --h3: #234a27; --h4: #1d4560; --heat: #f2f5f8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { max-width: 48rem; margin: .4rem 0; }
a { color: var(--mark); }
.soft { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.3rem; font-weight: 600; }
.tiles span { display: block; color: var(--soft); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem .6rem; color: var(--soft); }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; white-space: nowrap; }
thead th { background: var(--panel); font-weight: 600; }
tbody th { font-weight: 500; min-width: 12rem; max-width: 26rem; white-space: normal; overflow-wrap: anywhere; position: sticky; left: 0; background: var(--page); }
td.n, th.n { text-align: right; }
td.wide { white-space: normal; min-width: 16rem; }
tr:last-child > * { border-bottom: 0; }
.h0, .h1, .h2, .h3, .h4 { color: var(--heat); text-align: right; }
.h0 { background: var(--h0); } .h1 { background: var(--h1); } .h2 { background: var(--h2); } .h3 { background: var(--h3); } .h4 { background: var(--h4); }
.legend { display: flex; flex-wrap: wrap; gap: .4rem; margin: .5rem 0; }
.legend span { padding: 0 .5rem; border-radius: 3px; }
.chosen { font-weight: 700; text-decoration: underline; text-underline-offset: 3px; }
figure { margin: 1rem 0; }
figcaption { color: var(--soft); max-width: 48rem; margin-bottom: .4rem; }
svg { display: block; width: 100%; height: auto; max-width: 60rem; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); }
svg .soft { fill: var(--soft); }
svg .axis { stroke: var(--line); } svg .grid { stroke: var(--grid); }
svg .a { fill: var(--mark); } svg .b { fill: var(--mark2); }
svg .la { stroke: var(--mark); fill: none; stroke-width: 2; } svg .lb { stroke: var(--mark2); fill: none; stroke-width: 2; stroke-dasharray: 6 4; }
svg .open { fill: var(--page); stroke: var(--mark); stroke-width: 1.5; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { padding: .4rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
details > div { padding: 0 .8rem .8rem; }
details .scroll { margin-top: .5rem; }
@media print { .scroll { overflow: visible; } main { max-width: none; } }
`;
