import { connect, serve, type Client } from '../../rpc/rpc.js';
import { openBackend } from '../backend/open.js';
import { workbench } from '../workbench.js';
import type { EngineProcess } from './engineProcess.js';
import type { EngineMethods } from './protocol.js';

/** An engine in this thread, behind the same messages as one in a process of its own. It blocks the thread while it runs a model. */
export function localEngine(): EngineProcess {
  const answer = serve<EngineMethods>({ post: (message) => client.receive(message) }, workbench(openBackend));
  const client: Client<EngineMethods> & { receive(message: unknown): void } = connect<EngineMethods>({
    post: (message) => answer(message),
  });
  return {
    call: (method, params, options) => client.call(method, params, options),
    pid: undefined,
    kill: () => client.close(new Error('the engine was ended')),
  };
}
