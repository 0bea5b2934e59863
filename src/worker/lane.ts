/** Entry of a thread that looks at weights for the one that started it. */
import { parentPort, workerData } from 'node:worker_threads';
import { lookAtJob } from '../analysis/lanes.js';
import { useKernelModule } from '../core/kernels/load.js';
import { serve } from '../rpc/rpc.js';
import type { LaneMethods } from './lanes.js';

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
useKernelModule(workerData as object);
port.on(
  'message',
  serve<LaneMethods>({ post: (message) => port.postMessage(message) }, { look: (job, { signal }) => lookAtJob(job, signal) }),
);
