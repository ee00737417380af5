/** Fixtures of the browser tests. Each of Playwright's workers has its own workplace; each test starts without faults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import type axe from 'axe-core';
import { root } from '../../scripts/place.ts';
import type { Network } from './Network.ts';
import { Workplace } from './Workplace.ts';

export { expect };

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** Half as long to load as the readable one. */
const axeSource = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

type Fixtures = { workplace: Workplace; network: Network; closed: undefined };

export const test = base.extend<Fixtures, { opened: Workplace }>({
  opened: [
    // Playwright reads the fixture's names from the braces.
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
  // What a page throws or logs as an error is a fault, also where the test does not look.
  closed: [
    async ({ browser }, use) => {
      const faults: string[] = [];
      const watch = (context: BrowserContext) => watchFaults(context, faults);
      browser.on('context', watch);
      await use(undefined);
      browser.off('context', watch);
      // A page that a test leaves open would follow the events of all later tests.
      await Promise.all(browser.contexts().map((context) => context.close()));
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  baseURL: async ({ opened }, use) => use(opened.origin),
});

/** What Chromium and its loaders say of an answer that is an error, or of none: tests refuse requests and cut networks. */
const ofNetwork =
  /^Failed to load resource|^WebSocket connection to|^Firefox can.t establish a connection|Failed to fetch|Unable to preload CSS|Importing a module script failed/;

/** Notes what pages of a context throw or log as an error. */
export function watchFaults(context: BrowserContext, faults: string[]): void {
  const note = (text: string) => void (ofNetwork.test(text) || faults.push(text));
  context.on('weberror', (it) => note(String(it.error())));
  context.on('console', (it) => void (it.type() === 'error' && note(it.text())));
}

/** Fails with each element that axe calls serious or critical (WCAG 2.2 A and AA). */
export async function expectNoSeriousAxe(page: Page): Promise<void> {
  // Colours in the middle of a transition or of a row's glow have no contrast to judge.
  await page.evaluate(async () => {
    const frames = () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await frames();
    for (const it of document.getAnimations())
      if (it instanceof CSSTransition || (it instanceof CSSAnimation && it.animationName === 'glow'))
        it.finish();
    await frames();
  });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(`${axeSource};0`);
  const serious = await page.evaluate(async () => {
    const { violations } = await window.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    });
    /** A sticky bar covers part of a target only until the page is scrolled: axe judges it again in the middle. */
    async function isSmall(selector: string): Promise<boolean> {
      const [left, top] = [scrollX, scrollY];
      document.querySelector(selector)?.scrollIntoView({ block: 'center', behavior: 'instant' });
      const again = await window.axe.run(selector, { runOnly: { type: 'rule', values: ['target-size'] } });
      scrollTo({ left, top, behavior: 'instant' });
      return again.violations.length > 0;
    }
    const found: string[] = [];
    for (const { id, help, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      for (const { target } of nodes) {
        const selector = target.join(' ');
        if (id !== 'target-size' || (await isSmall(selector))) found.push(`${id}: ${help} (${selector})`);
      }
    }
    return found;
  });
  expect(serious).toEqual([]);
}
