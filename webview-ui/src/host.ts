/** The page's line to the extension, and what VS Code keeps for it. */
import { fromBytes } from '../../src/rpc/jsonBytes.js';
import { connect, type Client, type Methods } from '../../src/rpc/rpc.js';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<Boot, M extends Methods> {
  readonly boot: Boot;
  readonly client: Client<M>;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Connects to the extension. Once per page: VS Code hands its API out a single time. */
export function connectHost<Boot, M extends Methods>(): Host<Boot, M> {
  const api = acquireVsCodeApi();
  const client = connect<M>({ post: (message) => api.postMessage(message) });
  window.addEventListener('message', (event: MessageEvent<unknown>) => client.receive(fromBytes(event.data)));
  const boot = JSON.parse(document.getElementById('state')?.textContent ?? '{}') as Boot;
  return { boot, client, getState: () => api.getState(), setState: (state) => api.setState(state) };
}
