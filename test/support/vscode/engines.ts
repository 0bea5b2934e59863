import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { inject } from 'vitest';

/** Kills every process that runs models for the editor under test, at once; says how many. */
export function killEngines(): number {
  let killed = 0;
  const engine = path.join(inject('window').installed, 'dist/engine.js');
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')) {
    if (!line.includes(engine)) continue;
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
      killed++;
    } catch {
      // it ended in between
    }
  }
  return killed;
}
