/** The journal: entries are found and shown in words, and an altered row is named. */
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';

test('a change is found with what it was before and after, and an altered entry is named', async ({
  page,
  workplace,
}) => {
  const chief = await Colleague.of(workplace, await workplace.hire('Cara Chief', ['admin']));
  const ben = await workplace.hire('Ben Ledger');
  await chief.write('put', `people/${ben.id}/roles`, { roles: ['host'] });
  await workplace.signIn(page, workplace.get('admin'), '/admin/journal');
  await page.getByLabel('Search the journal').fill('Ledger');
  await page.getByRole('button', { name: 'Search' }).click();
  const entry = page.getByText('Cara Chief changed Ben Ledger');
  await entry.click();
  await expect(page.getByRole('row', { name: 'Roles employee host' })).toBeVisible();
  await expect(page.getByText(/^(The search is complete|Searched back to)/)).toBeVisible();
  await page.getByRole('link', { name: 'everything they did' }).click();
  await expect(page.getByText('Only what Ben Ledger did.')).toBeVisible();
  await page.getByRole('link', { name: 'Show all entries' }).click();
  await page
    .getByLabel('Search the journal')
    .fill('a text of sixty characters, which is more than D1 can match.');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText(/^Nothing matches/)).toBeVisible();

  await workplace.runJobs();
  const verify = page.getByRole('button', { name: 'Verify' });
  await verify.click();
  await expect(page.getByText(/sealed entries are unchanged/)).toBeVisible();
  const altered = await workplace.db
    .prepare(`SELECT entry FROM seals ORDER BY entry LIMIT 1 OFFSET 40`)
    .first<number>('entry');
  const undo = await workplace.db
    .prepare('SELECT at FROM journal WHERE id = ?')
    .bind(altered)
    .first<number>('at');
  await workplace.db.prepare('UPDATE journal SET at = at - 60000 WHERE id = ?').bind(altered).run();
  await verify.click();
  await expect(page.getByText(`Entry ${altered} was changed after it was sealed`)).toBeVisible();
  await workplace.db.prepare('UPDATE journal SET at = ? WHERE id = ?').bind(undo, altered).run();
});
