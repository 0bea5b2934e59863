// Lives in the extension host beside the extension: how late a timer of 5 ms comes is how long something held the host up.
'use strict';
const { writeFileSync } = require('node:fs');
const vscode = require('vscode');

const STEP_MS = 5;
let timer;
let delays = [];

exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    vscode.commands.registerCommand('eventLoopProbe.start', () => {
      clearTimeout(timer);
      delays = [];
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        delays.push(Math.max(0, now - last - STEP_MS));
        last = now;
        timer = setTimeout(tick, STEP_MS);
      };
      timer = setTimeout(tick, STEP_MS);
      writeFileSync(process.env.EVENT_LOOP_PROBE, JSON.stringify({ running: true }));
    }),
    vscode.commands.registerCommand('eventLoopProbe.stop', () => {
      clearTimeout(timer);
      delays.sort((a, b) => b - a);
      const late = delays.filter((delay) => delay > 50).length;
      writeFileSync(
        process.env.EVENT_LOOP_PROBE,
        JSON.stringify({ running: false, late, longest: delays.slice(0, 5), ticks: delays.length }),
      );
    }),
  );
};
