/** Requests over persistent connections. */
import { Agent, request } from 'node:http';

export class Http {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000, maxFreeSockets: 1_000 });

  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @returns the whole body @throws unless the status is 200 */
  request(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers,
      });
      sent.on('response', (answer) => {
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
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed the idle connection just when it was reused.
        if (sent.reusedSocket && error.code === 'ECONNRESET')
          resolve(this.request(method, path, headers, body));
        else reject(error);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
