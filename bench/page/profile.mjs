/** Where time goes: with a folder in the environment as `PROFILE`, what is measured leaves CPU profiles there, to be opened in an editor or a browser. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.env.PROFILE;
export const profiling = Boolean(folder);

/** Writes `profile`, of what was measured as `name`, where profiles are wanted. */
export function keepProfile(name, profile) {
  if (!folder || !profile) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name.replace(/\W+/g, '-')}.cpuprofile`), JSON.stringify(profile));
}

/** Does `work` with the page in `frame`, and keeps its profile. */
export async function profiled(name, frame, work) {
  if (!profiling) return work();
  const page = frame.page();
  // a frame of its own process has a session of its own
  const session = await page
    .context()
    .newCDPSession(frame)
    .catch(() => page.context().newCDPSession(page));
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  const result = await work();
  keepProfile(`page ${name}`, (await session.send('Profiler.stop')).profile);
  await session.detach();
  return result;
}
