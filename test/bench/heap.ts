/** What Muster's isolate keeps: its heap right after a collection, asked from the runtime's inspector (the Chrome DevTools Protocol). */
import { once } from 'node:events';
import * as v from 'valibot';
import { WebSocket } from 'ws';

const Usage = v.object({ result: v.object({ usedSize: v.number() }) });

export class Heap {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param port of the inspector */
  static async open(port: number): Promise<Heap> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/core:user:muster`);
    await once(socket, 'open');
    return new Heap(socket);
  }

  /** MB (10^6 bytes). */
  async used(): Promise<number> {
    await this.#ask('HeapProfiler.enable');
    await this.#ask('HeapProfiler.collectGarbage');
    return v.parse(Usage, await this.#ask('Runtime.getHeapUsage')).result.usedSize / 1e6;
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string): Promise<unknown> {
    const id = (this.#asked += 1);
    const answered = new Promise<unknown>((resolve) => {
      const hear = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as { id?: number };
        if (answer.id !== id) return;
        this.#socket.off('message', hear);
        resolve(answer);
      };
      this.#socket.on('message', hear);
    });
    this.#socket.send(JSON.stringify({ id, method }));
    return answered;
  }
}
