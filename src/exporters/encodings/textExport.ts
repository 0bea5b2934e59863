/** A file that is text, and what the user should know of it, one line each. */
export interface TextExport {
  readonly text: string;
  readonly notes: readonly string[];
}
