import { writeTogether } from '../worker/writeFiles.js';

/** Writes `text` to `file` (`-`: stdout). A file appears whole or not at all: it is written beside its place and renamed. */
export async function writeOutput(file: string, text: string): Promise<void> {
  if (file === '-') process.stdout.write(text);
  else await writeTogether([{ file, content: text }]);
}
