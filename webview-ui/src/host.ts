/** The page's line to the extension, and what VS Code keeps for it. */
import type { PageBoot, PageMethods } from '../../src/rpc/page.js';
import { connect, type Client } from '../../src/rpc/rpc.js';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly boot: PageBoot;
  readonly client: Client<PageMethods>;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Connects to the extension. Once per page: VS Code hands its API out a single time. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  const client = connect<PageMethods>({ post: (message) => api.postMessage(message) });
  window.addEventListener('message', (event: MessageEvent<unknown>) => client.receive(event.data));
  const boot = JSON.parse(document.getElementById('state')?.textContent ?? '{}') as PageBoot;
  return { boot, client, getState: () => api.getState(), setState: (state) => api.setState(state) };
}
