/** Photos: an admin sets a person's, an employee adds one at check-in, and the board shows both. */
import type { Page } from '@playwright/test';
import { expect, test } from '../../fixtures.ts';

/** A real PNG of 900 by 600 pixels, drawn by the browser: red left of the middle, blue right of it. */
async function picture(page: Page): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(900, 600);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = '#c00';
    context.fillRect(0, 0, 450, 600);
    context.fillStyle = '#00c';
    context.fillRect(450, 0, 450, 600);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  return { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(bytes) };
}

const sizeOf = (page: Page, name: string | RegExp) =>
  page
    .getByRole('img', { name })
    .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);

test('a photo is added at check-in and set by an admin; the board shows both without a reload', async ({
  page: phone,
  browser,
  workplace,
}) => {
  const mia = await workplace.hire('Mia Lindqvist');
  const [board, admin] = [
    await (await browser.newContext({ baseURL: workplace.origin })).newPage(),
    await (await browser.newContext({ baseURL: workplace.origin })).newPage(),
  ];
  await phone.setViewportSize({ width: 360, height: 740 });
  await Promise.all([
    workplace.signIn(phone, mia),
    workplace.signIn(board, workplace.get('supervisor'), '/admin?q=Lindqvist'),
  ]);
  const shown = board.locator(`[data-person="${mia.id}"] img`);
  await expect(board.locator(`[data-person="${mia.id}"]`)).toBeVisible();

  await test.step('at check-in, on a phone: a file that is no picture is refused in words, a picture is made small', async () => {
    await expect(phone.getByRole('button', { name: 'Add a photo' })).toHaveCount(0);
    await phone.getByRole('button', { name: /Check in/ }).click();
    await expect(phone.getByRole('button', { name: 'Add a photo' })).toBeVisible();
    const input = phone.locator('input[type="file"]');
    await input.setInputFiles({
      name: 'notes.png',
      mimeType: 'image/png',
      buffer: Buffer.from('not a picture'),
    });
    await expect(phone.getByText('This file isn’t a picture we can read.')).toBeVisible();
    await input.setInputFiles(await picture(phone));
    await expect(phone.getByRole('img', { name: /You at check-in/ })).toBeVisible();
    await expect.poll(() => sizeOf(phone, /You at check-in/)).toEqual([600, 600]);
    await expect(shown).toHaveCount(0);
    await board.getByRole('button', { name: 'Mia Lindqvist', exact: true }).click();
    await expect(board.getByRole('img', { name: 'Mia Lindqvist at check-in' })).toBeVisible();
    await expect.poll(() => sizeOf(board, 'Mia Lindqvist at check-in')).toEqual([600, 600]);
    await board.keyboard.press('Escape');
  });

  await test.step('a person’s own, set and removed by an admin', async () => {
    await workplace.signIn(admin, workplace.get('admin'), `/admin/people/${mia.id}`);
    await admin.locator('input[type="file"]').setInputFiles(await picture(admin));
    await expect(admin.getByText('Photo saved.')).toBeVisible();
    await expect(shown.first()).toBeVisible();
    await admin.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(admin.getByText('Photo removed.')).toBeVisible();
    await expect(shown).toHaveCount(0);
  });
});
