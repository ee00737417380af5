/** A scanner that types like a keyboard, and a person at the same keys. Each key has its own moment, however busy the machine is. */
import type { CDPSession, Page } from '@playwright/test';

interface Key {
  key: string;
  code: string;
  shift?: boolean;
}

/** How a scan is typed. */
interface Rhythm {
  /** Milliseconds between keys. */
  gap?: number;
  end?: 'Enter' | 'Tab' | 'none';
  /** The keyboard that this device is set to. The scanner is set to an American one. */
  layout?: 'us' | 'azerty';
}

const azertyDigits = 'à&é"\'(-è_ç';
const ends = { Enter: { text: '\r', windowsVirtualKeyCode: 13 }, Tab: { windowsVirtualKeyCode: 9 } };

export class BarcodeScanner {
  #now = 0;

  private constructor(
    private readonly page: Page,
    private readonly protocol: CDPSession,
  ) {}

  static async at(page: Page): Promise<BarcodeScanner> {
    return new BarcodeScanner(page, await page.context().newCDPSession(page));
  }

  async scan(code: string, { gap = 8, end = 'Enter', layout = 'us' }: Rhythm = {}): Promise<void> {
    // Ahead of the clock: on a busy machine the page gets its keys late.
    this.#now = Math.max(Date.now() + 1_000, this.#now + 500);
    const keys = code.split('').map((it) => keyOf(it, layout));
    const sent = keys.flatMap((key) => this.#press(key, { text: key.key }, gap));
    if (end !== 'none') sent.push(...this.#press({ key: end, code: end }, ends[end], gap));
    await Promise.all(sent);
    await this.#passed();
  }

  /** The page's clock has reached the last key, and what only time decides. */
  async #passed(): Promise<void> {
    await this.page.waitForFunction(
      (end) => performance.timeOrigin + performance.now() > end,
      this.#now + 400,
    );
  }

  #press({ key, code, shift }: Key, how: object, gap: number): Promise<unknown>[] {
    this.#now += gap;
    const at = { key, code, modifiers: shift ? 8 : 0 };
    return (['keyDown', 'keyUp'] as const).map((type) =>
      this.protocol.send('Input.dispatchKeyEvent', {
        type,
        timestamp: this.#now / 1_000,
        ...at,
        ...(type === 'keyDown' && how),
      }),
    );
  }
}

function keyOf(character: string, layout: 'us' | 'azerty'): Key {
  if (/\d/.test(character))
    return {
      key: layout === 'azerty' ? (azertyDigits[Number(character)] ?? '') : character,
      code: `Digit${character}`,
    };
  if (character === '-') return { key: layout === 'azerty' ? ')' : '-', code: 'Minus' };
  return {
    key: character,
    code: `Key${character.toUpperCase()}`,
    shift: character !== character.toLowerCase(),
  };
}
