/** Requests over persistent connections. */
import { Agent, request } from 'node:http';

export type Answer = { status: number; retryAfter: string | undefined; body: Buffer };

export class Http {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000, maxFreeSockets: 1_000 });

  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @returns the whole body @throws unless the status is 200 */
  async request(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Buffer> {
    const answer = await this.answer(method, path, headers, body);
    if (answer.status === 200) return answer.body;
    const text = answer.body.toString('utf8', 0, 300);
    throw new Error(`${method} ${path} was answered ${answer.status} ${text}`);
  }

  /** @returns any answer, refusals too */
  answer(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> {
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
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            retryAfter: answer.headers['retry-after'],
            body: Buffer.concat(parts),
          }),
        );
        answer.on('error', reject);
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed the idle connection just when it was reused.
        if (sent.reusedSocket && error.code === 'ECONNRESET')
          resolve(this.answer(method, path, headers, body));
        else reject(error);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
