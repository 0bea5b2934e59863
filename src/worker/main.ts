/** Entry of the worker thread: the pipeline behind a message port. Models run in processes whose entry lies beside this one. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { startEngine } from '../engine/index.js';
import { serve } from '../rpc/rpc.js';
import type { WorkerMethods } from '../rpc/worker.js';
import { workerHandlers } from './handlers.js';

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
const handlers = workerHandlers(() => startEngine(path.join(__dirname, 'engine.js')));
port.on('message', serve<WorkerMethods>({ post: (message, transfer = []) => port.postMessage(message, transfer) }, handlers));
