/** A person who left: their data is exported, then erased, and the journal shows it. */
import { readFile } from 'node:fs/promises';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake } from '../Workplace.ts';

test('an admin exports and erases a person who left', async ({ page, workplace }) => {
  const gone = await Colleague.join(workplace, 'Gudrun Goes');
  await gone.checkOut(await gone.checkIn());
  const chief = await Colleague.of(workplace, await workplace.hire('Erik Chief', ['admin']));
  await workplace.signIn(page, workplace.get('admin'), `/admin/people/${gone.person.id}`);
  await awake(page);
  await expect(page.getByText('Their data can be erased once they are deactivated.')).toBeVisible();
  await chief.write('post', `people/${gone.person.id}/deactivate`, {});
  await page.reload();
  await awake(page);

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export data' }).click();
  const file = await (await downloading).path();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ person: [{ name: 'Gudrun Goes' }] });

  await page.getByRole('button', { name: 'Erase …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Erase Gudrun Goes?' });
  await expect(dialog.getByText(/Erased for ever: name, contacts/)).toBeVisible();
  await expectNoSeriousAxe(page);
  await dialog.getByRole('button', { name: 'Erase for ever' }).click();
  await expect(dialog.getByText(/must be at least 3 characters/)).toBeVisible();
  await dialog.getByLabel('Reason').fill('Asked for it by letter');
  await dialog.getByRole('button', { name: 'Erase for ever' }).click();
  await expect(page.getByText(/This person’s data was erased on/)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Erased person/);

  await page.goto('/admin/journal');
  const erasure = page.getByText(/erased the data of Erased person/);
  await erasure.click();
  await expect(page.getByRole('row', { name: 'Reason – Asked for it by letter' })).toBeVisible();
  const gap = page
    .locator('[data-entry]')
    .filter({ hasText: 'Erased person' })
    .filter({ hasText: 'checked out' });
  await gap.click();
  await expect(gap.getByText('Erased with the person’s data.')).toBeVisible();
});
