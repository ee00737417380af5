import { userChannel } from '$contract/channels';
import {
  type Inbox as Snapshot,
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
  me: { id: string; zone: string };
  /** The person's roles have changed. */
  rightsChanged(): void;
  /** Shows a notification that arrived live, not a replayed one. */
  announce(notification: Notification): void;
}

const PAGE = 30;

/** A person's notifications, live on every page, and their channel `user.{id}`, which other views of theirs join. */
export class Inbox extends LiveView<Snapshot, Dependencies> {
  readonly times = new Times(this.it.me.zone);
  readonly #notifications = this.collect<Notification>(({ notifications }) => notifications);
  readonly channel = this.follow(userChannel(this.it.me.id), {
    'person.updated': () => this.it.rightsChanged(),
    'notification.read': [NotificationsRead, (read) => this.#takeRead(read)],
    'notification.created': [Notification, (notification, event) => this.#put(notification, event)],
  });
  /** How many are being marked as read. */
  #reading = $state(0);
  /** The time of the last `notification.read` event. */
  #readEventAt = 0;
  #earlier = $state<'idle' | 'loading' | 'failed'>('idle');
  readonly #marking = new Commands();
  #markedLast = $state('');

  /** Newest first. */
  readonly notifications = $derived.by(() =>
    this.#notifications.rows.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)),
  );

  /** All unread notifications, also those that the list does not show. */
  get unread(): number {
    return Math.max(0, this.latest.unread - this.#reading);
  }

  /** Whether older ones exist. */
  get more(): boolean {
    return this.latest.more;
  }

  get earlier(): 'idle' | 'loading' | 'failed' {
    return this.#earlier;
  }

  /** Why marking as read failed. */
  get trouble(): string | undefined {
    return this.#marking.get(this.#markedLast)?.message;
  }

  async read(id: string): Promise<void> {
    const one = this.#notifications.get(id);
    if (one?.readAt === null) await this.#mark([one], 1, { ids: [id] });
  }

  /** Marks all up to the newest one shown. */
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
    this.#readEventAt = readAt;
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

  async #mark(
    shown: readonly Notification[],
    count: number,
    json: { ids: string[] } | { upTo: string },
  ): Promise<void> {
    const readAt = this.clock.read();
    this.#markedLast = JSON.stringify(json);
    await this.#marking
      .of(this.#markedLast)
      .send(json, (how) => this.it.api.notifications.read.$post({ json }, how), {
        guess: () => {
          const guesses = shown.map((one) => this.#notifications.guess({ ...one, readAt }));
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
          // The channel may have delivered this reading already, and newer ones.
          if (this.#readEventAt < read.readAt) this.#setUnread(read.unread);
        },
      });
  }

  async #list(query: { before?: string; limit: string }): Promise<Snapshot> {
    return answerOf(this.it.api.notifications.$get({ query }));
  }
}

/** The signed-in person's inbox. Call the getter inside a reactive context, so that a replaced inbox is followed. */
const [inboxHere, setInbox] = createContext<() => Inbox>();
export { inboxHere, setInbox };
