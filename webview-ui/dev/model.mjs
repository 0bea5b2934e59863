// A model behind a worker of the extension, for the page in a plain browser.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../dist/worker.js');

/** Typed arrays as JSON can carry them. */
const portable = (value) => {
  if (ArrayBuffer.isView(value)) return { array: value.constructor.name, values: [...value] };
  if (Array.isArray(value)) return value.map(portable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, portable(own)]));
};

/** Analyzes and runs the model; gives its report and a way to ask more. */
export async function openModel(file) {
  const worker = new Worker(script);
  worker.unref();
  const calls = new Map();
  let next = 0;
  worker.on('message', ({ kind, id, value, result, message }) => {
    const call = calls.get(id);
    if (kind === 'progress') call?.onProgress?.(value);
    else {
      calls.delete(id);
      if (kind === 'ok') call?.resolve(result);
      else call?.reject(new Error(message));
    }
  });
  const ask = (method, params, onProgress) =>
    new Promise((resolve, reject) => {
      calls.set(next, { resolve, reject, onProgress });
      worker.postMessage({ kind: 'call', id: next++, method, params });
    });
  const layers = [];
  const take = (update) => {
    if (update.kind === 'report') layers.push(...update.report.layers);
    if (update.kind === 'layers') update.layers.forEach((layer, i) => (layers[update.start + i] = layer));
  };
  const location = { path: path.resolve(file) };
  let head = await ask('analyze', { location, options: { targetSqnr: 25 } }, take);
  if (process.env.RUN_SETTINGS) {
    const request = JSON.parse(process.env.RUN_SETTINGS);
    head = await ask('run', { location, request, cacheFolder: null }, take);
  }
  return { report: { ...head, layers }, call: async (method, params) => portable(await ask(method, params)) };
}
