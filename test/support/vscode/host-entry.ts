import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * Called inside the extension host (`extensionTestsPath`): runs the test files bundled beside this one.
 * Writes what happened to the file named by `TEST_RESULT_FILE`, because a host that crashes looks like one that succeeded.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 60_000 });
  for (const name of readdirSync(__dirname).sort()) if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  const failures: { title: string; error: string }[] = [];
  let passed = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => passed++)
      .on('fail', (test, error: Error) => failures.push({ title: test.fullTitle(), error: error.stack ?? error.message }));
  });
  const file = process.env.TEST_RESULT_FILE;
  if (file) writeFileSync(file, JSON.stringify({ passed, failed: failures.length, failures }));
  if (failures.length > 0) throw new Error(`${failures.length} failed`);
}
