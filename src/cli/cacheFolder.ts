import os from 'node:os';
import path from 'node:path';

/** Where this user's programs keep what can be made again, and this one its part of it. */
export function userCacheFolder(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): string {
  const home = os.homedir();
  const base =
    platform === 'darwin'
      ? path.join(home, 'Library', 'Caches')
      : platform === 'win32'
        ? env.LOCALAPPDATA || path.join(home, 'AppData', 'Local')
        : // a relative one is to be ignored: XDG Base Directory Specification
          path.isAbsolute(env.XDG_CACHE_HOME ?? '')
          ? env.XDG_CACHE_HOME!
          : path.join(home, '.cache');
  return path.join(base, 'precision-lens', 'runs');
}
