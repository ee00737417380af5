/** The network between a browser and the server, which a test can cut, block, delay or freeze. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Line = { browser: Socket; server: Socket; isSocket: boolean };

export class Network {
  #target: number;
  readonly #lines = new Set<Line>();
  readonly #listener: Server;
  #blocked: 'nothing' | 'sockets' | 'everything' = 'nothing';
  #delay = 0;
  #swallows = false;

  /** @param target the server's port on this machine */
  constructor(target: number) {
    this.#target = target;
    this.#listener = createServer((browser) => this.#carry(browser));
  }

  /** @returns the port that browsers use instead of the server's */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#listener.listen(0, '127.0.0.1', () => resolve(portOf(this.#listener.address())));
    });
  }

  /** How many live sockets are open. */
  get sockets(): number {
    return [...this.#lines].filter(({ isSocket }) => isSocket).length;
  }

  /** Drops every live socket, as a deploy does. They may reconnect. */
  cut(): void {
    for (const line of this.#lines) if (line.isSocket) drop(line);
  }

  /** Refuses upgrades, or all traffic, and drops open connections. */
  block(what: { sockets: true } | { everything: true }): void {
    this.#blocked = 'everything' in what ? 'everything' : 'sockets';
    for (const line of this.#lines) if (line.isSocket || this.#blocked === 'everything') drop(line);
  }

  /** Carries new connections to another server, and drops the open ones. @param port on this machine */
  redirect(port: number): void {
    this.#target = port;
    for (const line of this.#lines) drop(line);
  }

  /** Delays each chunk in both directions. */
  delay(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** Keeps connections open and drops their traffic. */
  swallow(): void {
    this.#swallows = true;
  }

  /** Ends all faults. Connections that lost traffic are dropped. */
  restore(): void {
    if (this.#swallows) for (const line of this.#lines) drop(line);
    this.#blocked = 'nothing';
    this.#delay = 0;
    this.#swallows = false;
  }

  async close(): Promise<void> {
    for (const line of this.#lines) drop(line);
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #carry(browser: Socket): void {
    if (this.#blocked === 'everything') {
      browser.destroy();
      return;
    }
    const line: Line = { browser, server: connect(this.#target, '127.0.0.1'), isSocket: false };
    this.#lines.add(line);
    browser.on('data', (piece: Buffer) => {
      line.isSocket ||= asksForUpgrade(piece);
      if (line.isSocket && this.#blocked === 'sockets')
        browser.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      else this.#pass(piece, line.server);
    });
    line.server.on('data', (piece: Buffer) => this.#pass(piece, browser));
    for (const end of [browser, line.server]) {
      end.setNoDelay(true);
      end.on('error', () => drop(line));
      end.on('close', () => {
        drop(line);
        this.#lines.delete(line);
      });
    }
  }

  #pass(piece: Buffer, to: Socket): void {
    if (this.#swallows) return;
    const write = (): void => void (to.writable && to.write(piece));
    if (this.#delay > 0) setTimeout(write, this.#delay);
    else write();
  }
}

function drop({ browser, server }: Line): void {
  browser.destroy();
  server.destroy();
}

const asksForUpgrade = (piece: Buffer): boolean =>
  piece.subarray(0, 4).toString('latin1') === 'GET ' &&
  /\r\nupgrade: *websocket\r\n/i.test(piece.toString('latin1'));

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the network listens nowhere');
  return address.port;
}
