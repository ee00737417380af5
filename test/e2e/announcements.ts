/** What a screen reader says of a page by itself: a change inside a live region, and an alert that appears. */
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    announced: string[];
  }
}

/** Listens from the next load on. @returns reads what was said since then, the earliest first */
export async function announcements(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    window.announced = [];
    const alerts = '[role=alert]';
    const regions = `${alerts}, [role=status], output, [aria-live=polite], [aria-live=assertive]`;
    const elementOf = (node: Node) => (node instanceof Element ? node : node.parentElement);
    new MutationObserver((changes) => {
      // A region that appears with its text is silent, except an alert.
      const heard = changes.flatMap(({ target, addedNodes }) => [
        elementOf(target)?.closest(regions),
        ...[...addedNodes].map((node) => {
          const added = node instanceof Element ? node : null;
          return added?.matches(alerts) ? added : added?.querySelector(alerts);
        }),
      ]);
      for (const region of new Set(heard)) {
        const text = region?.textContent.replaceAll(/\s+/g, ' ').trim();
        if (text) window.announced.push(text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => window.announced);
}
