/** An order is prepared, called and released with one tap, where the place asks nobody's name. */
import { expect, test } from '../fixtures.ts';
import { Till } from './Till.ts';

test('an order is called and released with one tap, alone and with others, and the release is undone', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace, 'Cleo Till', { asks: false });
  const place = { name: 'muster-desk-place', value: till.place.id, url: `${workplace.origin}/releasing` };
  await page.context().addCookies([place]);
  await workplace.signIn(page, await workplace.hire('Rudi Ready', ['releasing']), '/releasing/orders');
  const [first, second] = [await till.sell(), await till.sell()];
  const card = page.locator(`[data-card="${first.id}"]`);

  await page.getByRole('button', { name: `Ready ${first.number}`, exact: true }).click();
  await expect(card.getByRole('button', { name: `Not ready ${first.number}` })).toBeVisible();
  await expect(card.locator('[data-ready]')).toHaveText('Ready');
  await expect(card.locator('[aria-busy="true"]')).toHaveCount(0);

  await page.getByRole('button', { name: `Release ${first.number}` }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const undo = page.locator('[data-undo]');
  await expect(undo.locator('p')).toHaveText(`${first.number} released`);
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect(card.locator('[data-ready]')).toHaveText('Ready');

  for (const { number } of [first, second]) await page.getByLabel(`Choose ${number}`).check();
  const bar = page.getByRole('region', { name: 'Release several at once' });
  await expect(bar.getByRole('textbox')).toHaveCount(0);
  await bar.getByRole('button', { name: 'Release 2 orders' }).click();
  await expect(page.getByRole('article')).toHaveCount(0);
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
});
