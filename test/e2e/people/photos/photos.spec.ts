/** Photos: an admin sets a person's, an employee adds one at check-in, and the board shows both. */
import type { Page } from '@playwright/test';
import { Colleague } from '../../Colleague.ts';
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

test('a photo at check-in is added on a phone, made small, and seen on the board beside the times', async ({
  page: phone,
  browser,
  workplace,
}) => {
  await phone.setViewportSize({ width: 360, height: 740 });
  const mia = await workplace.hire('Mia Lindqvist');
  await workplace.signIn(phone, mia);
  await expect(phone.getByRole('button', { name: 'Add a photo' })).toHaveCount(0);
  await phone.getByRole('button', { name: /Check in/ }).click();
  await expect(phone.getByRole('button', { name: 'Add a photo' })).toBeVisible();
  await phone.locator('input[type="file"]').setInputFiles(await picture(phone));
  await expect(phone.getByRole('img', { name: /You at check-in/ })).toBeVisible();
  await expect.poll(() => sizeOf(phone, /You at check-in/)).toEqual([600, 600]);

  const board = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await workplace.signIn(board, workplace.get('supervisor'), '/admin?q=Lindqvist');
  await board.getByRole('button', { name: 'Mia Lindqvist', exact: true }).click();
  await expect(board.getByRole('img', { name: 'Mia Lindqvist at check-in' })).toBeVisible();
  await expect.poll(() => sizeOf(board, 'Mia Lindqvist at check-in')).toEqual([600, 600]);
  await board.context().close();
});

test('what is no picture is told in words, and a picture can be chosen after it', async ({
  page: phone,
  workplace,
}) => {
  await workplace.signIn(phone, await workplace.hire('Noor Haddad'));
  await phone.getByRole('button', { name: /Check in/ }).click();
  const input = phone.locator('input[type="file"]');
  await input.setInputFiles({
    name: 'notes.png',
    mimeType: 'image/png',
    buffer: Buffer.from('not a picture'),
  });
  await expect(phone.getByText('This file cannot be read as a picture.')).toBeVisible();
  await input.setInputFiles(await picture(phone));
  await expect(phone.getByRole('img', { name: /You at check-in/ })).toBeVisible();
});

test('a person’s photo stands on the board without a reload, and is removed again', async ({
  page: admin,
  browser,
  workplace,
}) => {
  const { person } = await Colleague.join(workplace, 'Iris Vandermeer');
  const board = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await workplace.signIn(board, workplace.get('supervisor'), '/admin?q=Vandermeer');
  const shown = board.locator(`[data-person="${person.id}"] img`);
  await expect(board.locator(`[data-person="${person.id}"]`)).toBeVisible();
  await expect(shown).toHaveCount(0);
  await workplace.signIn(admin, workplace.get('admin'), `/admin/people/${person.id}`);
  await admin.locator('input[type="file"]').setInputFiles(await picture(admin));
  await expect(admin.getByText('Photo saved.')).toBeVisible();
  await expect(shown).toBeVisible();
  await admin.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(admin.getByText('Photo removed.')).toBeVisible();
  await expect(shown).toHaveCount(0);
  await board.context().close();
});
