/** What a browser test stands on. Each of Playwright's workers has a workplace of its own; each test gets fair weather. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test as base } from '@playwright/test';
import type { Network } from './Network.ts';
import { Workplace } from './Workplace.ts';

export { expect };

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
  // Colours that are still changing are nobody's choice.
  await page.evaluate(async () => {
    const changing = document.getAnimations().filter((it) => it instanceof CSSTransition);
    const ends = changing.map(({ finished }) => finished.catch(() => undefined));
    await Promise.all(ends);
  });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .options({ resultTypes: ['violations'] })
    // For pages without frames: else each look opens one more page to put the frames' results together.
    .setLegacyMode()
    .analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
  expect(serious).toEqual([]);
}
