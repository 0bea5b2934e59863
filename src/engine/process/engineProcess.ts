import { fork, type ChildProcess } from 'node:child_process';
import { connect, RemoteError, type CallOptions } from '../../rpc/rpc.js';
import type { EngineMethods } from './protocol.js';

/** One process that runs models; it dies with a native crash, and nobody else does. */
export interface EngineProcess {
  /** Rejects with an `EngineGoneError` when the process ends before it answered. */
  call<K extends keyof EngineMethods>(
    method: K,
    params: EngineMethods[K]['params'],
    options?: CallOptions<EngineMethods[K]['progress']>,
  ): Promise<EngineMethods[K]['result']>;
  /** Of the process, while it runs. */
  readonly pid: number | undefined;
  /** Kills it: open calls fail, nothing of it stays. */
  kill(): void;
}

/** The engine process is gone; `message` says why in one line. */
export class EngineGoneError extends Error {
  override readonly name = 'EngineGoneError';
}

/** Starts an engine. @param script path of the bundled entry */
export function startEngine(script: string): EngineProcess {
  const child = fork(script, [], {
    serialization: 'advanced',
    // The parent's own flags (a debugger's port, say) are not for its children.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Inside the editor, node is the editor's own binary.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const client = connect<EngineMethods>({
    post: (message) => {
      child.send(message as object, (error) => {
        if (error) client.close(new EngineGoneError(`the engine cannot be reached (${error.message})`));
      });
    },
  });
  child.on('message', (message) => client.receive(message));
  child.on('error', (error) => client.close(new EngineGoneError(`the engine does not start (${error.message})`)));
  child.on('exit', (code, signal) => client.close(new EngineGoneError(whyGone(code, signal))));
  return {
    call: (method, params, options) => client.call(method, params, options),
    get pid() {
      return isRunning(child) ? child.pid : undefined;
    },
    kill() {
      client.close(new RemoteError('the run was cancelled', 'AbortError'));
      child.kill('SIGKILL');
    },
  };
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function whyGone(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL')
    return 'the engine was killed, most likely because memory ran out: try fewer samples or a smaller memory budget';
  if (signal) return `the engine crashed inside ONNX Runtime (${signal})`;
  return `the engine ended unexpectedly (code ${code})`;
}
