/** What was asked for cannot be written: one line that says what, where, and what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}
