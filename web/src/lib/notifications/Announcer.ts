/** Says what is new in one toast, however much comes: three at once are "3 new notifications", and nothing stacks up. */
import type { Notification } from '$contract/notifications/notifications';

/** What the toast is to say. The next one takes its place. */
export interface Announcement {
  title: string;
  body?: string;
  href: string;
}

/** What comes within this time is said together. */
const TOGETHER_MS = 300;

export class Announcer {
  #unsaid: Notification[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param say shows the announcement, in place of the last one if that still stands, until `gone` is called */
  constructor(private readonly say: (what: Announcement, gone: () => void) => void) {}

  hear(notification: Notification): void {
    this.#unsaid.push(notification);
    this.#timer ??= setTimeout(() => this.#speak(), TOGETHER_MS);
  }

  /** Nothing more is to be said of what was heard: it has been looked at. */
  hush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unsaid = [];
  }

  #speak(): void {
    this.#timer = undefined;
    const [first, ...others] = this.#unsaid;
    if (!first) return;
    const what: Announcement =
      others.length === 0
        ? { title: first.title, body: first.body, href: first.href }
        : { title: `${others.length + 1} new notifications`, href: '/notifications' };
    // What is still to be read when more comes is counted with it.
    const said = new Set(this.#unsaid);
    this.say(what, () => (this.#unsaid = this.#unsaid.filter((one) => !said.has(one))));
  }
}
