// What the scripts say while they work: one line per step.

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Says what is being done, does it, and adds how long it took. */
export async function step(label, work) {
  const began = performance.now();
  process.stdout.write(`▸ ${label} … `);
  try {
    const result = await work();
    process.stdout.write(`${seconds(performance.now() - began)}\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

/** Runs a script's `main`; an error ends it with what was found, not with a stack trace. */
export function script(main) {
  main().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error) => {
      console.error(error.message);
      process.exitCode = error.exitCode ?? 1;
    },
  );
}
