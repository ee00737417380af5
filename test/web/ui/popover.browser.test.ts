/** A panel beside its button. */
import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Popover from '$lib/ui/Popover.svelte';

const children = createRawSnippet(() => ({
  render: () => '<div><h2>Status</h2><div style="height: 500px"></div><button>Save</button></div>',
}));

it('is whole within the window, though it has more than its room: it scrolls', async () => {
  await page.viewport(1280, 700);
  const anchor = document.createElement('button');
  Object.assign(anchor.style, { position: 'fixed', top: '380px', left: '600px' });
  document.body.append(anchor);
  await render(Popover, { props: { anchor, label: 'Status and note', close: () => undefined, children } });
  const panel = page.getByRole('dialog', { name: 'Status and note' });
  await expect.element(panel).toBeVisible();
  const place = () => panel.element().getBoundingClientRect();
  await expect.poll(() => place().top).toBeGreaterThanOrEqual(0);
  expect(place().bottom).toBeLessThanOrEqual(700);
  anchor.remove();
  await page.viewport(1280, 800);
});
