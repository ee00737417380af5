/** Requests over connections that stay open. */
import { Agent, request } from 'node:http';

export class Http {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000, maxFreeSockets: 1_000 });

  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves with the answer's bytes when all of it is here. @throws unless it is 200 */
  ask(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const asked = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers,
      });
      asked.on('response', (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const all = Buffer.concat(parts);
          if (answer.statusCode === 200) resolve(all);
          else
            reject(
              new Error(
                `${method} ${path} was answered ${answer.statusCode} ${all.toString('utf8', 0, 300)}`,
              ),
            );
        });
        answer.on('error', reject);
      });
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The server had closed the idle connection just as we used it again.
        if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(this.ask(method, path, headers, body));
        else reject(error);
      });
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
