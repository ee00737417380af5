/** Dialogs, by keyboard and by touch. */
import { createRawSnippet } from 'svelte';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Dialog from '$lib/ui/Dialog.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>Two of them are left.</p>' }));

describe('a dialog', () => {
  it('takes the focus, traps it, and returns it when closed', async () => {
    const opener = document.createElement('button');
    opener.textContent = 'Open';
    document.body.append(opener);
    opener.focus();
    const { rerender } = await render(Dialog, { open: true, title: 'Stock', children });
    const close = page.getByRole('button', { name: 'Close' });
    await expect.element(page.getByRole('dialog', { name: 'Stock' })).toBeVisible();
    await expect.element(close).toHaveFocus();
    await userEvent.tab();
    await expect.element(close).toHaveFocus();
    await rerender({ open: false });
    await expect.poll(() => document.activeElement).toBe(opener);
    opener.remove();
  });

  it('is a sheet at the bottom of a phone, and never higher than the screen', async () => {
    await page.viewport(360, 640);
    await render(Dialog, { open: true, title: 'Stock', children });
    const sheet = page.getByRole('dialog').element().getBoundingClientRect();
    expect([sheet.left, sheet.bottom]).toEqual([0, 640]);
    expect(sheet.height).toBeLessThanOrEqual(0.85 * 640);
    await page.viewport(1280, 800);
  });
});
