import { userChannel } from '$contract/channels';
import type {
  Inbox as Snapshot,
  Notification,
  NotificationsRead,
} from '$contract/notifications/notifications';
import type { PageDependencies } from '$lib/api';
import { Commands } from '$lib/Commands.svelte';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';
import { createContext } from 'svelte';

interface Dependencies extends PageDependencies {
  /** Whose it is. */
  me: { id: string; zone: string };
  /** The person's own roles were changed. */
  rightsChanged(): void;
  /** Something new is there, before somebody's eyes: not what is only told again. */
  announce(notification: Notification): void;
}

const PAGE = 30;

/**
 * What a person is told, live on every page: the bell's list, and the one channel `user.{id}` that whatever else is the
 * person's own joins.
 */
export class Inbox extends LiveView<Snapshot, Dependencies> {
  readonly times = new Times(this.it.me.zone);
  readonly #notifications = this.collect<Notification>(({ notifications }) => notifications);
  readonly channel = this.follow(userChannel(this.it.me.id), {
    'person.updated': () => this.it.rightsChanged(),
    'notification.read': (read) => this.#takeRead(read),
    'notification.created': (notification, told) => this.#put(notification, told),
  });
  /** How many of the unread ones are being marked as read. */
  #reading = $state(0);
  /** When the last reading was that the channel told. */
  #toldOf = 0;
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');
  /** One for each that is marked as read, and one for all. */
  readonly #marking = new Commands();
  #markedLast = $state('');

  /** Newest first. */
  readonly notifications = $derived.by(() =>
    this.#notifications.rows.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)),
  );

  /** How many there are that have not been read, whether or not the list shows them. */
  get unread(): number {
    return Math.max(0, this.latest.unread - this.#reading);
  }

  /** Whether there are older ones than the list shows. */
  get more(): boolean {
    return this.latest.more;
  }

  get earlier(): 'idle' | 'loading' | 'failed' {
    return this.#earlier;
  }

  /** Why marking as read did not work. */
  get trouble(): string | undefined {
    return this.#marking.get(this.#markedLast)?.message;
  }

  async read(id: string): Promise<void> {
    const one = this.#notifications.get(id);
    if (one?.readAt === null) await this.#mark([one], 1, { ids: [id] });
  }

  /** Everything there is up to the newest one shown. */
  async readAll(): Promise<void> {
    const [newest] = this.notifications;
    const unread = this.notifications.filter(({ readAt }) => readAt === null);
    if (newest && this.unread > 0) await this.#mark(unread, this.unread, { upTo: newest.id });
  }

  async showEarlier(): Promise<void> {
    const last = this.notifications.at(-1);
    if (this.#earlier === 'loading' || !last) return;
    this.#earlier = 'loading';
    try {
      const page = await this.#list({ before: last.id, limit: String(PAGE) });
      for (const notification of page.notifications) this.#notifications.upsert(notification);
      this.latest = { ...this.latest, more: page.more };
      this.#earlier = 'idle';
    } catch {
      this.#earlier = 'failed';
    }
  }

  protected load(): Promise<Snapshot> {
    return this.#list({ limit: String(PAGE) });
  }

  #put(notification: Notification, { replayed }: EventMeta): void {
    this.#notifications.upsert(notification);
    this.#setUnread(this.latest.unread + 1);
    if (!replayed) this.it.announce(notification);
  }

  #takeRead({ ids, readAt, unread }: NotificationsRead): void {
    this.#toldOf = readAt;
    this.#setUnread(unread);
    this.#asRead(ids, readAt);
  }

  #setUnread(unread: number): void {
    this.latest = { ...this.latest, unread };
  }

  #asRead(ids: readonly string[], readAt: number): void {
    for (const id of ids) {
      const one = this.#notifications.get(id);
      if (one) this.#notifications.upsert({ ...one, readAt });
    }
  }

  /** Shows them as read at once, and takes it back with the reason if that is refused. */
  async #mark(
    these: readonly Notification[],
    count: number,
    json: { ids: string[] } | { upTo: string },
  ): Promise<void> {
    const readAt = this.clock.read();
    this.#markedLast = JSON.stringify(json);
    await this.#marking
      .of(this.#markedLast)
      .send(json, (how) => this.it.api.notifications.read.$post({ json }, how), {
        guess: () => {
          const guesses = these.map((one) => this.#notifications.guess({ ...one, readAt }));
          this.#reading += count;
          return {
            rollback: () => {
              this.#reading -= count;
              for (const guess of guesses) guess.rollback();
            },
          };
        },
        take: (read) => {
          this.#asRead(read.ids, read.readAt);
          // The channel may have told it already, and more since.
          if (this.#toldOf < read.readAt) this.#setUnread(read.unread);
        },
      });
  }

  async #list(query: { before?: string; limit: string }): Promise<Snapshot> {
    return answerOf(this.it.api.notifications.$get({ query }));
  }
}

/** The signed-in person's inbox, as the page around has it. The function that gives it must be called where it is followed. */
const [inboxHere, setInbox] = createContext<() => Inbox>();
export { inboxHere, setInbox };
