/** How long the extension host is held up. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepProfile } from './profile.mjs';
import { inMs, tell } from './tell.mjs';

async function probe(window, probeFile, what) {
  const before = what === 'Start';
  await window.command(`Event Loop Probe: ${what}`);
  for (;;) {
    try {
      const state = JSON.parse(readFileSync(probeFile, 'utf8'));
      if (state.running === before) return state;
    } catch {
      // not there, or only half
    }
    await sleep(20);
  }
}

/** Tells the longest that the host was held up while `work` was done; in brackets with the time it waited for a processor. */
async function held(window, probeFile, what, work) {
  await probe(window, probeFile, 'Start');
  await work();
  const { late, held, over, profile } = await probe(window, probeFile, 'Stop');
  keepProfile(`host ${what}`, profile);
  const times = over === 0 ? '' : `, ${over} times over 50 ms`;
  tell(`the host is held up ${what}`, '< 50 ms', `${inMs(held)}${times} (${inMs(late)} with waiting)`, over === 0);
}

export async function hold(window, probeFile) {
  const open = async (file) => {
    await window.open(file);
    await window.finished();
  };
  await held(window, probeFile, 'by VS Code itself, nothing open', () => sleep(3000));
  await open('small.onnx');
  await window.closeAll();
  await held(window, probeFile, 'while 2000 layers stream in', () => open('2000.onnx'));
  await held(window, probeFile, 'while a plan for them is found', async () => {
    await window.webview.getByRole('button', { name: 'Find plan' }).click();
    await window.webview.getByRole('button', { name: 'Show plan' }).waitFor({ timeout: 120_000 });
    await sleep(1000);
  });
  await held(window, probeFile, 'while all their schemes are changed', async () => {
    await window.rows.first().click();
    await window.page.keyboard.press('ControlOrMeta+a');
    await window.page.keyboard.press('F2');
    await window.webview.getByRole('option', { name: /int8/ }).first().click();
    await sleep(3000);
  });
  await window.command('File: Revert File');
  await window.closeAll();
  await open('resnet.onnx');
  await held(window, probeFile, 'while ResNet-20 runs on 64 samples', async () => {
    await window.command('Precision Lens: Run with Synthetic Inputs');
    await window.webview.getByText('64 synthetic inputs').waitFor({ timeout: 300_000 });
  });
  await window.closeAll();
}
