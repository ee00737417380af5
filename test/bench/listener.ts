/**
 * A listening socket that costs the client almost nothing, so that the server is measured: it counts frames as their bytes pass, all
 * reads share one buffer, and equal frames are parsed once for all sockets (frames.ts).
 */
import { connect, type Socket } from 'node:net';
import { type Frame, Frames, START } from './frames.ts';

/** A text frame, masked with zeros (RFC 6455 §5.3). */
const PING = Buffer.from([0x81, 0x84, 0, 0, 0, 0, ...Buffer.from('ping')]);
/** An empty close frame, masked with zeros. */
const CLOSE = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
const read = Buffer.allocUnsafeSlow(256 * 1024);

export class Listener {
  /** The last event received; undefined until the greeting. */
  head: number | undefined;
  /** Events since the measurement began. */
  received = 0;
  /** Whether the greeting announced the missed events. */
  replay = false;
  readonly #greeting = Promise.withResolvers<undefined>();
  /** The code with which the server closed, and when the connection ended, on the monotonic clock. */
  closedWith: number | undefined;
  endedAt: number | undefined;
  /** A browser answers the server's close frame. */
  answersClose = true;
  readonly #socket: Socket;
  /** Bytes of an incomplete handshake or frame start. */
  #rest: Buffer | undefined;
  #open = false;
  /** The frame that is being read. */
  #frame: Frame | undefined;
  #left = 0;
  /** Its bytes, if no socket has parsed it yet. */
  #unknown: Buffer[] | undefined;

  readonly #frames: Frames;
  readonly #opened: () => void;
  readonly #failed: (reason: Error) => void;

  private constructor(
    port: number,
    request: string,
    frames: Frames,
    opened: () => void,
    failed: (reason: Error) => void,
  ) {
    this.#frames = frames;
    this.#opened = opened;
    this.#failed = (reason) => {
      this.#greeting.reject(reason);
      failed(reason);
    };
    this.#greeting.promise.catch(() => undefined); // not everyone waits for it
    const callback = (count: number): boolean => {
      this.#take(read.subarray(0, count));
      return true;
    };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: read, callback } });
    this.#socket.on('error', this.#failed).on('close', () => {
      this.endedAt = performance.now();
      this.#failed(new Error('a socket was closed'));
    });
    this.#socket.write(request);
  }

  /** Resolves when the server has accepted. */
  static open(
    port: number,
    path: string,
    headers: Record<string, string>,
    frames: Frames,
  ): Promise<Listener> {
    const lines = Object.entries({
      Host: `127.0.0.1:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      const failed = (reason: Error): void => {
        frames.lost(reason);
        reject(reason);
      };
      const listener: Listener = new Listener(
        port,
        `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`,
        frames,
        () => resolve(listener),
        failed,
      );
    });
  }

  /** @throws if the connection ends before */
  get greeting(): Promise<unknown> {
    return this.#greeting.promise;
  }

  greeted(head: number | undefined, replay: boolean): void {
    this.head = head;
    this.replay = replay;
    this.#greeting.resolve(undefined);
  }

  ping(): void {
    this.#socket.write(PING);
  }

  /** Takes no more bytes, like a page whose network is too slow. */
  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = this.#open ? 0 : this.#greeted(bytes);
    while (at < bytes.length) {
      if (this.#left === 0) {
        const start = this.#begin(bytes, at);
        if (start === undefined) {
          this.#rest = Buffer.from(bytes.subarray(at)); // `read` is reused
          return;
        }
        at = start;
      }
      const end = Math.min(bytes.length, at + this.#left);
      this.#unknown?.push(Buffer.from(bytes.subarray(at, end)));
      this.#left -= end - at;
      at = end;
      if (this.#left === 0) this.#finish();
    }
  }

  /** @returns where the first frame begins, after the answer to the handshake */
  #greeted(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) {
      this.#rest = Buffer.from(bytes);
      return bytes.length;
    }
    const status = bytes.toString('latin1', 9, 12);
    if (status !== '101') {
      this.#failed(new Error(`the upgrade was answered ${bytes.toString('latin1', 0, 400)}`));
      this.close();
      return bytes.length;
    }
    this.#open = true;
    this.#opened();
    return end + 4;
  }

  /** Reads a frame's length (RFC 6455 §5.2; a server's frames are not masked). @returns undefined if bytes are missing */
  #begin(bytes: Buffer, at: number): number | undefined {
    if (bytes.length < at + 2) return undefined;
    const short = (bytes[at + 1] as number) & 0x7f;
    const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    if (bytes.length < start) return undefined;
    const length =
      short === 126
        ? bytes.readUInt16BE(at + 2)
        : short === 127
          ? Number(bytes.readBigUInt64BE(at + 2))
          : short;
    if (bytes.length < start + Math.min(length, START)) return undefined;
    this.#left = length;
    if (((bytes[at] as number) & 0x0f) === 8) {
      this.#frame = undefined;
      this.closedWith = bytes.readUInt16BE(start);
      if (this.answersClose) this.#socket.write(CLOSE);
      this.#failed(new Error(`the server closed with ${this.closedWith}`));
      return start;
    }
    // All of it has arrived: it is shorter than `START`.
    if (this.#frames.isQuestion(bytes, start)) this.#answer(bytes.subarray(start, start + length));
    this.#frame = this.#frames.recognise(bytes, start, length);
    this.#unknown = this.#frame.events === undefined ? [] : undefined;
    return start;
  }

  /** Sends a question back, masked with zeros, as a page does. */
  #answer(question: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 + question.length, 0, 0, 0, 0]), question]));
  }

  #finish(): void {
    const frame = this.#frame;
    if (!frame) return; // the server's close frame
    if (frame.events === undefined) this.#frames.understand(frame, Buffer.concat(this.#unknown as Buffer[]));
    this.#unknown = undefined;
    this.#frames.arrived(frame, this);
  }
}
