/** A browser's screen: the page's own live classes on a network that can be cut. */
import { env } from 'cloudflare:workers';
import type { ChannelName } from '../../worker/contract/channels';
import type {
  AttendanceRecord,
  BoardBreak,
  BoardEntry,
  Break,
} from '../../worker/contract/attendance/attendance';
import type { Board } from '../../worker/contract/attendance/board';
import type { Cursor, Envelope, Heads, Since } from '../../worker/contract/wire';
import type { PACE } from '../../web/src/lib/live/connection';
import { cursorIn } from '../../web/src/lib/live/cursor';
import { LiveChannel } from '../../web/src/lib/live/LiveChannel.svelte';
import { LiveCollection } from '../../web/src/lib/live/LiveCollection.svelte';
import type { Subscriber } from '../../web/src/lib/live/Subscribers';
import type { Network } from '../../web/src/lib/live/network';
import { ask, listen, Listening } from '../worker/workplace';

/** The same policy, five times as fast, and a hundred times with the simulation's hurried timers. */
const FAST: typeof PACE = {
  heartbeat: 3000,
  dead: 8000,
  leading: { heartbeat: 3000, dead: 8000 },
  spread: 1000,
  backoff: 200,
  mostBackoff: 4000,
};

export class Screen {
  records!: LiveCollection<AttendanceRecord>;
  breaks!: LiveCollection<Break>;
  channel!: LiveChannel;
  /** The numbers applied since the last snapshot. */
  applied: number[] = [];
  snapshotAt = 0;
  reloads = 0;
  sockets: Listening[] = [];
  blocked = false;
  cut = false;
  stop: () => void = () => undefined;

  constructor(
    readonly as: { cookie: string },
    readonly channelName: ChannelName = 'admin.dashboard',
  ) {}

  async open(): Promise<this> {
    const cursor = await this.load();
    this.reloads = 0;
    this.channel = new LiveChannel(this.channelName, cursor, {
      network: this.network,
      ended: () => undefined,
      pace: FAST,
    });
    const subscriber: Subscriber = {
      cursor,
      apply: (event) => this.apply(event),
      reload: async () => (subscriber.cursor = await this.load()),
    };
    this.channel.subscribe(subscriber);
    this.stop = this.channel.start();
    return this;
  }

  /** What the person sees, to compare with D1. */
  get view(): { records: AttendanceRecord[]; breaks: Break[] } {
    return { records: byId(this.records.rows), breaks: byId(this.breaks.rows) };
  }

  async load(): Promise<Cursor> {
    const board = await this.get<Board>('/attendance/board');
    this.records ??= new LiveCollection<AttendanceRecord>([]);
    this.breaks ??= new LiveCollection<Break>([]);
    this.records.replace(board.records);
    this.breaks.replace(board.breaks);
    this.applied = [];
    const cursor = cursorIn(board.at, 'admin.dashboard');
    this.snapshotAt = cursor.head;
    this.reloads += 1;
    return cursor;
  }

  apply(event: Envelope): void {
    this.applied.push(event.seq);
    if (event.type === 'break.updated') this.breaks.upsert((event.data as BoardBreak).break);
    else this.records.upsert((event.data as BoardEntry).record);
  }

  cutSockets(): void {
    for (const { socket } of this.sockets.splice(0)) socket.close(1000);
  }

  get network(): Network {
    return {
      connect: (channel, at) => this.connect(channel, at),
      since: (channel, at) =>
        this.get<Since>(`/channels/${channel}/events?epoch=${at.epoch}&since=${at.head}&limit=7`),
      heads: (channels) => this.get<Heads>(`/channels/heads?names=${channels.join(',')}`),
      isVisible: () => true,
      doubt: () => undefined,
      watch: () => () => undefined,
    };
  }

  private async get<T>(path: string): Promise<T> {
    if (this.cut) throw new Error('no network');
    const answer = await ask(path, { as: this.as });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json<T>();
  }

  /** Like a browser's WebSocket: it exists immediately and opens, or fails, later. */
  private connect(channel: ChannelName, at: Cursor): WebSocket {
    const target = new EventTarget();
    let inner: Listening | undefined;
    let closed = false;
    void (async () => {
      const opened =
        this.blocked || this.cut
          ? undefined
          : await listen(this.as, channel, `?epoch=${at.epoch}&since=${at.head}`, env);
      if (!(opened instanceof Listening)) return target.dispatchEvent(new Event('error'));
      if (closed) return opened.socket.close(1000);
      inner = opened;
      this.sockets.push(opened);
      const tell = (data: string) => target.dispatchEvent(Object.assign(new Event('message'), { data }));
      for (const text of opened.texts) tell(text);
      opened.socket.addEventListener('message', ({ data }) => tell(String(data)));
      opened.socket.addEventListener('close', ({ code }) =>
        target.dispatchEvent(Object.assign(new Event('close'), { code })),
      );
    })();
    return Object.assign(target, {
      send: (text: string) => inner?.socket.send(text),
      close: () => {
        closed = true;
        inner?.socket.close(1000);
      },
    }) as unknown as WebSocket;
  }
}

const byId = <Row extends { id: string }>(rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Waits until the condition is true; the test's own timeout limits the wait. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
