/** A browser whose sound a test can count. */
import type { Page } from '@playwright/test';

/** Counts what the page plays; like a browser, the fake blocks sound until it is allowed. */
export const spyOnSound = (page: Page) =>
  page.addInitScript(() => {
    const spy = { rings: 0 };
    const node = () => ({
      frequency: { value: 0 },
      gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined },
      connect: (to: object) => to,
      start: () => (spy.rings += 1 / 2), // two tones
      stop: () => undefined,
    });
    class Silent {
      state = 'suspended';
      currentTime = 0;
      destination = {};
      createOscillator = node;
      createGain = node;
      close = () => Promise.resolve();
      resume = () => {
        this.state = 'running';
        return Promise.resolve();
      };
    }
    Object.assign(window, { AudioContext: Silent, spy });
  });

export const rings = (page: Page) =>
  page.evaluate(() => (window as unknown as { spy: { rings: number } }).spy.rings);
