/** What a browser test stands on. Each of Playwright's workers has a workplace of its own; each test gets fair weather. */
import { expect, type Page, test as base } from '@playwright/test';
import axe from 'axe-core';
import type { Network } from './Network.ts';
import { Workplace } from './Workplace.ts';

export { expect };

declare global {
  interface Window {
    axe: typeof axe;
  }
}

export const test = base.extend<{ workplace: Workplace; network: Network }, { opened: Workplace }>({
  opened: [
    // Playwright reads the names out of the braces.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const workplace = await Workplace.open();
      await use(workplace);
      await workplace.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  workplace: async ({ opened }, use) => {
    await use(opened);
    opened.network.restore();
  },
  network: async ({ workplace }, use) => use(workplace.network),
  baseURL: async ({ opened }, use) => use(opened.origin),
});

/** Fails with what axe holds to be serious or critical (WCAG 2.2 A and AA), element by element. */
export async function expectNoSeriousAxe(page: Page): Promise<void> {
  // Colours that are still changing, by a transition or as a row glows, are nobody's choice.
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const changing = document
      .getAnimations()
      .filter(
        (it) => it instanceof CSSTransition || (it instanceof CSSAnimation && it.animationName === 'glow'),
      );
    await Promise.all(changing.map(({ finished }) => finished.catch(() => undefined)));
  });
  await page.evaluate(`${axe.source};0`);
  const serious = await page.evaluate(async () => {
    const { violations } = await window.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
  });
  expect(serious).toEqual([]);
}
