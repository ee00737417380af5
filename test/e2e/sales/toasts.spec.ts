/** Toasts at the release desk: the buttons that a person needs at that moment stay in reach. */
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desk } from './Desk.ts';

for (const width of [360, 1440])
  test(`toasts cover neither Undo nor the bar nor the sound switch at ${width} px`, async ({
    page,
    workplace,
    network,
  }) => {
    const desk = await Desk.open(workplace, `Carla Toast ${width}`);
    const names = ['Ada', 'Bea', 'Cleo'].map((name) => `${name} Toast ${width}`);
    const [chosen = '', first = '', second = ''] = names;
    for (const name of names) await desk.register(name);
    await page.setViewportSize({ width, height: 740 });
    const releaser = await workplace.hire(`Rosa Toast ${width}`, ['releasing']);
    await workplace.signIn(page, releaser, '/releasing/registrations');
    await expect(page.locator('[data-status="live"]')).toBeVisible();
    await page.getByRole('checkbox', { name: `Choose ${chosen}` }).check();
    const toast = (text: string) => page.locator('[data-sonner-toast]', { hasText: text });

    await release(page, first);
    await desk.register(`Dora New ${width}`);
    await expect(toast(`Dora New ${width}`)).toBeVisible();
    await expectInReach(page);

    network.block({ sockets: true });
    await desk.register(`Eva Missed ${width}`);
    network.restore();
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await expect(toast('1 change while you were away')).toBeVisible();
    await release(page, second);
    await expect(toast('1 change while you were away')).toBeVisible();
    await expectInReach(page);
  });

async function release(page: Page, name: string): Promise<void> {
  // By keyboard: on a phone a toast may cover the card for a moment.
  await page.getByRole('button', { name: `Release to ${name}` }).press('Enter');
  await page.getByRole('dialog').getByLabel('Received by').press('Enter');
  await expect(page.locator('[data-undo]', { hasText: name })).toBeVisible();
}

/** Fails where anything lies over the middle of a button. */
async function expectInReach(page: Page): Promise<void> {
  const buttons = [
    page.getByRole('button', { name: /^Undo/ }).last(),
    page.getByRole('button', { name: 'Release 1 package' }),
    page.getByRole('switch', { name: 'Sound on' }),
  ];
  for (const button of buttons) await button.click({ trial: true, timeout: 1_500 });
}
