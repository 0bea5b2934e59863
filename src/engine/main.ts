/** Entry of an engine process: a bench behind the channel to the process that started it. */
import { serve } from '../rpc/rpc.js';
import { openBackend } from './backend/open.js';
import type { EngineMethods } from './process/protocol.js';
import { workbench } from './workbench.js';

if (!process.send) throw new Error('this file is the entry of an engine process');
const post = (message: unknown): void => void process.send!(message);
process.on('message', serve<EngineMethods>({ post }, workbench(openBackend)));
// Whoever asked is gone: there is nobody to answer.
process.on('disconnect', () => process.exit(0));
