// Child processes: their output kept or passed on, their whole process group ended with us.
import { spawn } from 'node:child_process';

const running = new Set();

/** Sends `signal` to the process and to everything it started. */
export function kill(child, signal = 'SIGTERM') {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // it is gone already
  }
}

const onWindows = process.platform === 'win32';

/** Starts a process in a group of its own that ends when we do. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { detached: !onWindows, shell: onWindows && /^(npm|npx|code)$/.test(command), ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

process.once('exit', () => running.forEach((child) => kill(child, 'SIGKILL')));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])
  process.once(signal, () => {
    running.forEach((child) => kill(child, 'SIGTERM'));
    process.exit(code);
  });

/**
 * Runs a command to its end. `show` passes its output on as it comes, otherwise it is only kept.
 * Resolves with `{ code, output }`; `code` is null when it was killed, by a signal or after `timeout` milliseconds. Rejects when it cannot be started.
 */
export function run(command, args, { show = false, timeout = 0, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    const timer =
      timeout > 0 &&
      setTimeout(() => {
        keep(`\nstopped: not done after ${Math.round(timeout / 1000)} s\n`);
        kill(child);
        setTimeout(() => kill(child, 'SIGKILL'), 5000).unref();
      }, timeout);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Runs a command that has to succeed; throws with its output when it does not. */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} failed (${code ?? 'killed'})\n${output.trimEnd()}`);
  return output;
}
