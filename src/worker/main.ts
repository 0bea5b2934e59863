/** Entry of the worker thread: the pipeline behind a message port. Models run in processes whose entry lies beside this one. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { startEngine } from '../engine/index.js';
import { serve } from '../rpc/rpc.js';
import type { WorkerMethods } from '../rpc/worker.js';
import { startLanes } from './lanes.js';
import { workerHandlers } from './handlers.js';

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
const beside = (name: string): string => path.join(__dirname, name);
const handlers = workerHandlers(
  () => startEngine(beside('engine.js')),
  () => startLanes(beside('lane.js')),
);
port.on('message', serve<WorkerMethods>({ post: (message, transfer = []) => port.postMessage(message, transfer) }, handlers));
