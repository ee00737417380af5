/** Widths and themes in which pages are judged. */
import type { Page } from '@playwright/test';
import { expect, expectNoSeriousAxe } from './fixtures.ts';

export type Look = readonly [width: number, colorScheme: 'dark' | 'light'];

/** Fails on a serious axe finding or horizontal overflow in any look. The page keeps the last look. */
export async function expectAccessible(page: Page, looks: readonly Look[]): Promise<void> {
  for (const [width, colorScheme] of looks) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoSeriousAxe(page);
    await expectNotTooWide(page);
  }
}

export async function expectNotTooWide(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
}
