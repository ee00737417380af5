import type { Device, PushKind, PushSettings, QuietHours } from '$contract/notifications/push';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import type { PushBrowser, Subscription } from './PushBrowser';

/** `unknown` until the browser was looked at. */
type State = 'unknown' | 'no_keys' | 'unsupported' | 'home_screen' | 'blocked' | 'off' | 'on';

/** What this device gets by push, and the person's quiet hours on all devices. */
export class DevicePushes {
  #device = $state.raw<Device>(null);
  #quiet = $state.raw<QuietHours>(null);
  #able = $state<ReturnType<PushBrowser['able']>>();
  #permission = $state<NotificationPermission>('default');
  #subscription = $state.raw<Subscription>();
  #asking = $state(false);
  #failed = $state(false);
  #tested = $state(false);
  readonly #publicKey: string | null;
  readonly #saving = new Command();
  readonly testing = new Command();
  readonly quietening = new Command();

  constructor(
    private readonly api: ApiClient,
    { publicKey, device, quiet }: PushSettings,
    private readonly browser: PushBrowser,
  ) {
    this.#publicKey = publicKey;
    this.#device = device;
    this.#quiet = quiet;
  }

  get state(): State {
    if (this.#publicKey === null) return 'no_keys';
    if (this.#able === undefined) return 'unknown';
    if (this.#able !== 'yes') return this.#able === 'no' ? 'unsupported' : 'home_screen';
    if (this.#permission === 'denied') return 'blocked';
    return this.#device && this.#subscription ? 'on' : 'off';
  }

  get busy(): boolean {
    return this.#asking || this.#saving.busy;
  }

  get quiet(): QuietHours {
    return this.#quiet;
  }

  /** Whether a test was sent. */
  get tested(): boolean {
    return this.#tested;
  }

  /** Why the last change failed. */
  get trouble(): string | undefined {
    return this.#failed
      ? 'The browser’s push service didn’t answer. Check the connection and try again.'
      : (this.#saving.message ?? this.testing.message ?? this.quietening.message);
  }

  gets(kind: PushKind): boolean {
    return this.#device?.kinds.includes(kind) ?? false;
  }

  /** Looks at the browser, without asking the person anything. */
  async look(): Promise<void> {
    const able = this.browser.able();
    if (able === 'yes') {
      this.#permission = this.browser.permission();
      this.#subscription = await this.browser.current().catch(() => undefined);
    }
    this.#able = able;
  }

  /** Call it right after a tap: browsers ask the person only then. */
  async turnOn(kinds: readonly PushKind[]): Promise<void> {
    if (this.#publicKey === null || this.busy) return;
    this.#asking = true;
    this.#failed = false;
    const subscribed = await this.browser.subscribe(this.#publicKey).catch(() => {
      this.#failed = true;
      return undefined;
    });
    this.#permission = this.browser.permission();
    this.#asking = false;
    if (subscribed) await this.#save(subscribed, kinds);
  }

  async choose(kind: PushKind, on: boolean): Promise<void> {
    const others = this.#device?.kinds.filter((each) => each !== kind) ?? [];
    if (this.#subscription) await this.#save(this.#subscription, on ? [...others, kind] : others);
  }

  async turnOff(): Promise<void> {
    const off = await this.#saving.send('off', (how) => this.api.notifications.push.device.$delete({}, how));
    if (!off) return;
    this.#device = null;
    this.#tested = false;
    await this.browser.unsubscribe().catch(() => undefined);
  }

  async test(): Promise<void> {
    this.#tested = await this.testing.send(Date.now(), (how) =>
      this.api.notifications.push.test.$post({}, how),
    );
  }

  async setQuiet(quiet: QuietHours): Promise<void> {
    const before = this.#quiet;
    await this.quietening.send(
      quiet,
      (how) => this.api.notifications.push['quiet-hours'].$put({ json: { quiet } }, how),
      {
        guess: () => {
          this.#quiet = quiet;
          return { rollback: () => void (this.#quiet = before) };
        },
        take: (saved) => void (this.#quiet = saved),
      },
    );
  }

  async #save({ endpoint, keys }: Subscription, kinds: readonly PushKind[]): Promise<void> {
    const [json, before] = [{ endpoint, keys, kinds: [...kinds] }, this.#device];
    await this.#saving.send(json, (how) => this.api.notifications.push.device.$put({ json }, how), {
      guess: () => {
        if (before) this.#device = { kinds: json.kinds };
        return { rollback: () => void (this.#device = before) };
      },
      take: (device) => {
        this.#device = device;
        this.#subscription = { endpoint, keys };
      },
    });
  }
}
