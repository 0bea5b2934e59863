import { describe, expect, it, vi } from 'vitest';
import { layoutClient, type LayoutWorker } from '../../../../webview-ui/src/graph/layout/client.js';
import type { GraphLayout, LayoutRequest } from '../../../../webview-ui/src/graph/layout/layout.js';

const request = (segments: number) => ({ levels: [], segments }) as unknown as LayoutRequest;
const layout = (width: number) => ({ width }) as unknown as GraphLayout;

function fixture() {
  const workers: (LayoutWorker & { readonly asked: { id: number; request: LayoutRequest }[] })[] = [];
  const start = (): LayoutWorker => {
    const asked: { id: number; request: LayoutRequest }[] = [];
    const worker = {
      asked,
      onmessage: null,
      onerror: null,
      postMessage: (message: unknown) => void asked.push(message as { id: number; request: LayoutRequest }),
      terminate: vi.fn(),
    };
    workers.push(worker);
    return worker;
  };
  return { client: layoutClient(start), workers };
}

describe('the client of the layout’s worker', () => {
  it('starts one worker when it is first asked, and gives what it answers', async () => {
    const { client, workers } = fixture();
    expect(workers).toHaveLength(0);
    for (const width of [1, 2]) {
      const wanted = client.layout(request(width));
      workers[0].onmessage!({ data: { id: workers[0].asked.at(-1)!.id, layout: layout(width) } });
      expect(await wanted).toEqual(layout(width));
    }
    expect(workers).toHaveLength(1);
  });

  it('gives nothing for what was superseded, and takes no late answer for the new one', async () => {
    const { client, workers } = fixture();
    const first = client.layout(request(1));
    const second = client.layout(request(2));
    expect(await first).toBeUndefined();
    const [{ asked }] = workers;
    workers[0].onmessage!({ data: { id: asked[0].id, layout: layout(1) } });
    workers[0].onmessage!({ data: { id: asked[1].id, layout: layout(2) } });
    expect(await second).toEqual(layout(2));
  });

  it('says what went wrong, and starts another worker when one has died', async () => {
    const { client, workers } = fixture();
    const first = client.layout(request(1));
    workers[0].onmessage!({ data: { id: workers[0].asked[0].id, error: 'no room' } });
    await expect(first).rejects.toThrow('no room');
    const second = client.layout(request(2));
    workers[0].onerror!({ message: 'died' });
    await expect(second).rejects.toThrow('died');
    void client.layout(request(3));
    expect(workers).toHaveLength(2);
  });

  it('fails where no worker can be started', async () => {
    const client = layoutClient(() => {
      throw new Error('forbidden');
    });
    await expect(client.layout(request(1))).rejects.toThrow('forbidden');
  });

  it('ends the worker', async () => {
    const { client, workers } = fixture();
    const open = client.layout(request(1));
    client.dispose();
    expect(await open).toBeUndefined();
    expect(workers[0].terminate).toHaveBeenCalledOnce();
  });
});
