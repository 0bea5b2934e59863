// Lives in the extension host beside the extension: how late a timer of 5 ms comes is how long something held the host up. Where the system tells (Linux),
// the time that its thread was ready to go on and had to wait for a processor is told apart: that is the machine's, and not the host's.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector/promises');
const vscode = require('vscode');

const STEP_MS = 5;
let timer;
let ticks = [];
let session;

/** Milliseconds that the host's thread has waited for a processor since it began; 0 where the system does not tell. */
const waited = () => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
};

const profile = async () => {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
};

exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    vscode.commands.registerCommand('eventLoopProbe.start', async () => {
      clearTimeout(timer);
      if (process.env.EVENT_LOOP_PROFILE) await profile();
      ticks = [];
      let last = performance.now();
      let waiting = waited();
      const tick = () => {
        const now = performance.now();
        const late = Math.max(0, now - last - STEP_MS);
        const waitedSoFar = waited();
        ticks.push({ late, held: Math.max(0, late - (waitedSoFar - waiting)) });
        last = now;
        waiting = waitedSoFar;
        timer = setTimeout(tick, STEP_MS);
      };
      timer = setTimeout(tick, STEP_MS);
      writeFileSync(process.env.EVENT_LOOP_PROBE, JSON.stringify({ running: true }));
    }),
    vscode.commands.registerCommand('eventLoopProbe.stop', async () => {
      clearTimeout(timer);
      const most = (what) => Math.max(...ticks.map((tick) => tick[what]));
      const found = {
        running: false,
        late: most('late'),
        held: most('held'),
        over: ticks.filter(({ held }) => held > 50).length,
      };
      if (session) {
        found.profile = (await session.post('Profiler.stop')).profile;
        session.disconnect();
        session = undefined;
      }
      writeFileSync(process.env.EVENT_LOOP_PROBE, JSON.stringify(found));
    }),
  );
};
