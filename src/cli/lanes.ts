import path from 'node:path';
import { startLanes as startLanesOf } from '../worker/lanes.js';

/** Starts threads that look at weights; their entry lies beside the bundled command line. */
export const startLanes = () => startLanesOf(path.join(__dirname, 'lane.js'));
