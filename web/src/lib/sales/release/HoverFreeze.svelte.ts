/** The cards under the pointer or with the focus: these must not move (standstill.ts). */
import type { Attachment } from 'svelte/attachments';

/** A pointer left on a wall screen must not hold the list for ever. */
const STILL_MS = 20_000;

export class HoverFreeze {
  #pointed = $state<string>();
  #focused = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly ids: ReadonlySet<string> = $derived(
    new Set([this.#pointed, this.#focused].filter((id) => id !== undefined)),
  );

  /** Releases all cards, so that the result of a command shows. */
  letGo(): void {
    this.#pointed = undefined;
    this.#focused = undefined;
    clearTimeout(this.#timer);
  }

  /**
   * Watches a list whose cards carry `data-card` with their id.
   * @param touched called on each press or key in the list
   */
  watch(touched: () => void): Attachment<HTMLElement> {
    return (list) => {
      const hands = new AbortController();
      const on = (name: keyof HTMLElementEventMap, act: (event: Event) => void) =>
        list.addEventListener(name, act, { signal: hands.signal, passive: true });
      const point = (event: Event) => this.#hold({ pointed: cardOf(event.target) });
      for (const name of ['pointerover', 'pointermove', 'pointerdown'] as const) on(name, point);
      for (const name of ['pointerdown', 'keydown'] as const) on(name, touched);
      on('pointerleave', () => this.#hold({ pointed: undefined }));
      for (const name of ['focusin', 'keydown', 'input'] as const)
        on(name, (event) => this.#hold({ focused: cardOf(event.target) }));
      // A focused button that is removed fires this while Svelte updates the page, when state must not be written.
      on('focusout', () =>
        queueMicrotask(() => {
          if (!hands.signal.aborted) this.#hold({ focused: cardOf(document.activeElement) });
        }),
      );
      return () => {
        hands.abort();
        this.letGo();
      };
    };
  }

  #hold(what: { pointed: string | undefined } | { focused: string | undefined }): void {
    if ('pointed' in what) this.#pointed = what.pointed;
    else this.#focused = what.focused;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.letGo(), STILL_MS);
  }
}

const cardOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-card]')?.dataset['card'] : undefined;
