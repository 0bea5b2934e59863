import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { inject } from 'vitest';

/** The threads that analyze models in the extension host of a window, as Node's debugger has them in hand. */
export interface AnalysisThreads {
  /** How many there are. */
  readonly count: () => Promise<number>;
  /** Whether threads that start from now on wait before their first line. */
  readonly hold: (held: boolean) => Promise<void>;
  /** Ends all of them at once, as running out of memory does. */
  readonly kill: () => Promise<void>;
}

/** Extension hosts of the editor under test, a process for each window. */
export function extensionHosts(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const processes = new Map(
    lines.map((line) => {
      const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return [Number(pid), { parent: Number(parent), args }];
    }),
  );
  const ofThis = (pid: number): boolean => {
    const one = processes.get(pid);
    return one !== undefined && (one.args.includes(inject('window').scratch) || ofThis(one.parent));
  };
  return [...processes].filter(([pid, { args }]) => args.includes('--type=extensionHost') && ofThis(pid)).map(([pid]) => pid);
}

/** Where the debugger of a process listens that was asked for it by a signal. */
const PORT = 9229;

/** Opens the debugger of a process, and says at what address it speaks. */
async function openDebugger(pid: number): Promise<string> {
  process.kill(pid, 'SIGUSR1');
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(`http://127.0.0.1:${PORT}/json/list`);
      return ((await response.json()) as { readonly webSocketDebuggerUrl: string }[])[0].webSocketDebuggerUrl;
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}

/** Speaks with the debugger: https://nodejs.org/api/inspector.html. A page does, as browsers have web sockets. */
const speak = (address: string): string => `new Promise((resolve, reject) => {
  const socket = new WebSocket(${JSON.stringify(address)});
  const sessions = new Set();
  let asked = 0;
  const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++asked, method, params }));
  const toThread = (sessionId, method, params = {}) =>
    send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: ++asked, method, params }) });
  globalThis.threads = {
    count: () => sessions.size,
    hold(held) {
      send('NodeWorker.disable');
      sessions.clear();
      send('NodeWorker.enable', { waitForDebuggerOnStart: held });
    },
    kill() {
      for (const session of sessions) toThread(session, 'Runtime.evaluate', { expression: 'process.exit(1)' });
    },
  };
  socket.onmessage = ({ data }) => {
    const { id, method, params } = JSON.parse(data);
    if (id === 1) resolve();
    if (method === 'NodeWorker.detachedFromWorker') sessions.delete(params.sessionId);
    if (method !== 'NodeWorker.attachedToWorker') return;
    if (params.workerInfo.url.includes('precision-lens')) sessions.add(params.sessionId);
    else toThread(params.sessionId, 'Runtime.runIfWaitingForDebugger');
  };
  socket.onopen = () => send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  socket.onerror = () => reject(new Error('the debugger of the extension host does not answer'));
})`;

/** @param pid of the window's extension host */
export async function analysisThreads(browser: Browser, pid: number): Promise<AnalysisThreads> {
  const address = await openDebugger(pid);
  const page = await browser.newPage();
  await page.evaluate(speak(address));
  return {
    count: () => page.evaluate('threads.count()'),
    hold: (held) => page.evaluate(`threads.hold(${held})`),
    kill: () => page.evaluate('threads.kill()'),
  };
}
