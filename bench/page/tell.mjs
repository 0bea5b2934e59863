export const inMs = (value) => `${Math.round(value)} ms`;

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Prints one line: what was measured, its bar, what it was, and whether the bar was kept. */
export const tell = (what, bar, measured, kept) =>
  console.log(`${what.padEnd(72)} ${bar.padStart(9)} ${measured.padStart(44)}  ${kept ? 'kept' : 'missed'}`);
