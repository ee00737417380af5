/** Shows new notifications in one toast: three together are "3 new notifications". */
import type { Notification } from '$contract/notifications/notifications';

export interface Announcement {
  title: string;
  body?: string;
  href: string;
}

/** Notifications within this time share a toast. */
const GROUP_MS = 300;

export class Announcer {
  #unread: Notification[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param show replaces the toast; it calls `gone` when the toast closes */
  constructor(private readonly show: (announcement: Announcement, gone: () => void) => void) {}

  add(notification: Notification): void {
    this.#unread.push(notification);
    this.#timer ??= setTimeout(() => this.#announce(), GROUP_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unread = [];
  }

  #announce(): void {
    this.#timer = undefined;
    const [first, ...others] = this.#unread;
    if (!first) return;
    const announcement: Announcement =
      others.length === 0
        ? { title: first.title, body: first.body, href: first.href }
        : { title: `${others.length + 1} new notifications`, href: '/notifications' };
    // A toast that is still open when more arrive is counted with them.
    const shown = new Set(this.#unread);
    this.show(announcement, () => (this.#unread = this.#unread.filter((one) => !shown.has(one))));
  }
}
