import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Open } from '../../../src/cli/open.js';
import { withModel } from '../../../src/worker/input.js';

/** The sample that comes with the checkout. */
export const lenet = fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url));

type AddCommand = (program: Command, open: Open) => void;

/** A command line with commands of its own and, for every test, a folder of its own. */
export interface Terminal {
  /** Runs a command, and gives what it printed; rejects where it fails. */
  readonly run: (...args: string[]) => Promise<string>;
  /** What the last run printed, also one that failed. */
  readonly printed: string;
  readonly folder: string;
  /** Path of a file in the folder. */
  readonly at: (name: string) => string;
}

export function terminal(...commands: AddCommand[]): Terminal {
  let folder = '';
  let printed = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'precision-lens-cli-'));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });
  return {
    get printed() {
      return printed;
    },
    get folder() {
      return folder;
    },
    at: (name) => path.join(folder, name),
    async run(...args) {
      printed = '';
      const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
      for (const add of commands) add(program, (file, use) => withModel({ path: file }, use));
      await program.parseAsync(args, { from: 'user' });
      return printed;
    },
  };
}
