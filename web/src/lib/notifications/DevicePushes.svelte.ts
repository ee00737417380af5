import type { Device, PushKind, PushSettings, QuietHours } from '$contract/notifications/push';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import { Newest } from './Newest';
import type { PushBrowser, Subscription } from './PushBrowser';

/** `unknown` until the browser was looked at. */
type State = 'unknown' | 'no_keys' | 'unsupported' | 'home_screen' | 'blocked' | 'off' | 'on';

/** What this device gets by push, and the person's quiet hours on all devices. */
export class DevicePushes {
  #device = $state.raw<Device>(null);
  #quiet = $state.raw<QuietHours>(null);
  /** As the server has them; the others are what the person has chosen. */
  #saved: Device;
  #savedQuiet: QuietHours;
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
    this.#device = this.#saved = device;
    this.#quiet = this.#savedQuiet = quiet;
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
    if (!subscribed) return;
    this.#subscription = subscribed;
    await this.#choose(kinds);
  }

  async choose(kind: PushKind, on: boolean): Promise<void> {
    const others = this.#device?.kinds.filter((each) => each !== kind) ?? [];
    await this.#choose(on ? [...others, kind] : others);
  }

  #choose(kinds: readonly PushKind[]): Promise<void> {
    this.#device = { kinds: [...kinds] };
    return this.#newestKinds.put(kinds);
  }

  async turnOff(): Promise<void> {
    const off = await this.#saving.send('off', (how) => this.api.notifications.push.device.$delete({}, how));
    if (!off) return;
    this.#saved = null;
    this.#device = null;
    this.#tested = false;
    await this.browser.unsubscribe().catch(() => undefined);
  }

  async test(): Promise<void> {
    this.#tested = await this.testing.send(Date.now(), (how) =>
      this.api.notifications.push.test.$post({}, how),
    );
  }

  setQuiet(quiet: QuietHours): Promise<void> {
    this.#quiet = quiet;
    return this.#newestQuiet.put(quiet);
  }

  readonly #newestKinds = new Newest<readonly PushKind[]>(async (kinds) => {
    const { endpoint, keys } = this.#subscription ?? {};
    if (endpoint === undefined || keys === undefined) return;
    const json = { endpoint, keys, kinds: [...kinds] };
    const saved = await this.#saving.send(json, (how) =>
      this.api.notifications.push.device.$put({ json }, how),
    );
    if (saved) this.#saved = { kinds: json.kinds };
    else this.#device = this.#saved;
  });

  readonly #newestQuiet = new Newest<QuietHours>(async (quiet) => {
    const saved = await this.quietening.send(quiet, (how) =>
      this.api.notifications.push['quiet-hours'].$put({ json: { quiet } }, how),
    );
    if (saved) this.#savedQuiet = quiet;
    else this.#quiet = this.#savedQuiet;
  });
}
