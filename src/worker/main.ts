/** Entry of the worker thread: the pipeline behind a message port. */
import { parentPort } from 'node:worker_threads';
import { serve } from '../rpc/rpc.js';
import type { WorkerMethods } from '../rpc/worker.js';
import { workerHandlers } from './handlers.js';

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
port.on('message', serve<WorkerMethods>({ post: (message, transfer = []) => port.postMessage(message, transfer) }, workerHandlers()));
