/** The service worker of a browser context, through Chromium's protocol. */
import { type BrowserContext, type CDPSession, expect, type Page, type Worker } from '@playwright/test';

type Version = { registrationId: string; versionId: string; status: string };

export class ServiceWorker {
  readonly #versions = new Map<string, Version>();

  private constructor(
    private readonly protocol: CDPSession,
    private readonly origin: string,
    private readonly script: () => Worker | undefined,
  ) {}

  /** @param page stays open, as it carries the protocol; it may be an empty one */
  static async of(context: BrowserContext, page: Page, origin: string): Promise<ServiceWorker> {
    const protocol = await context.newCDPSession(page);
    const it = new ServiceWorker(protocol, origin, () => context.serviceWorkers().at(-1));
    protocol.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const version of versions) it.#versions.set(version.versionId, version);
    });
    await protocol.send('ServiceWorker.enable');
    await expect.poll(() => it.#registration).toBeDefined();
    return it;
  }

  /** How many versions of it are in a state. */
  count(status: 'activated' | 'installed' | 'redundant'): number {
    return [...this.#versions.values()].filter((it) => it.status === status).length;
  }

  get #registration(): string | undefined {
    return [...this.#versions.values()].find(({ status }) => status === 'activated')?.registrationId;
  }

  /** Wakes it, as the browser does when there is network. Debian's headless shell has Background Sync by protocol only. */
  async sync(tag = 'muster-outbox'): Promise<void> {
    await this.protocol.send('ServiceWorker.dispatchSyncEvent', {
      origin: this.origin,
      registrationId: this.#registration ?? '',
      tag,
      lastChance: false,
    });
  }

  async push(data: string): Promise<void> {
    await this.protocol.send('ServiceWorker.deliverPushMessage', {
      origin: this.origin,
      registrationId: this.#registration ?? '',
      data,
    });
  }

  /** From here on notes what it asks the API, for itself and for pages that it controls. @returns to read "POST /path 200", or 0 without an answer, in order */
  async note(): Promise<() => Promise<string[]>> {
    await this.script()?.evaluate(() => {
      const asked: string[] = [];
      const ask = self.fetch;
      const noted = async (input: RequestInfo | URL, init?: RequestInit) => {
        const request = new Request(input, init);
        const { pathname } = new URL(request.url);
        if (!pathname.startsWith('/api/')) return ask(request);
        const { method } = request;
        const answer = await ask(request).catch((error: unknown) => {
          asked.push(`${method} ${pathname} 0`);
          throw error;
        });
        asked.push(`${method} ${pathname} ${answer.status}`);
        return answer;
      };
      Object.assign(self, { asked, fetch: noted });
    });
    return async () => (await this.script()?.evaluate(() => Reflect.get(self, 'asked') as string[])) ?? [];
  }
}
