import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Lanes, WeightJob } from '../analysis/lanes.js';
import type { WeightLook } from '../analysis/weights.js';
import { kernelModule } from '../core/kernels/load.js';
import { connect } from '../rpc/rpc.js';

/** What a lane does. */
// a type, for an interface is no `Methods`
export type LaneMethods = {
  look: { params: WeightJob; result: WeightLook; progress: never };
};

/** More threads than this find the memory busy. One processor is the caller's. */
const COUNT = Math.min(3, availableParallelism() - 1);

/**
 * Threads that look at weights: as many as there are processors to spare unless it is said. One that dies fails what was asked of it and whatever is asked later.
 * @param script path of the bundled `lane.ts`
 */
export function startLanes(script: string, count = COUNT): Lanes {
  const lanes = Array.from({ length: count }, () => {
    // The host's own flags (a debugger's port, say) are not for its threads.
    const thread = new Worker(script, { name: 'precision-lens-lane', execArgv: [], workerData: kernelModule() });
    const client = connect<LaneMethods>({ post: (message, transfer = []) => thread.postMessage(message, transfer) });
    thread.on('message', (message) => client.receive(message));
    thread.on('error', (error: Error) => client.close(error));
    thread.on('exit', (code) => client.close(new Error(`the thread ended with code ${code}`)));
    return { thread, client };
  });
  return {
    count,
    look: (lane, job) => lanes[lane].client.call('look', job, { transfer: [job.values.buffer as ArrayBuffer] }),
    end() {
      for (const { thread } of lanes) void thread.terminate();
    },
  };
}
