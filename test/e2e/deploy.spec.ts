/** A deploy under open pages: the sockets drop, and the old build's files are gone. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { Colleague } from './Colleague.ts';
import { expect, expectNoSeriousAxe, test } from './fixtures.ts';
import { nextBuild } from './nextBuild.ts';
import { Till } from './sales/Till.ts';
import { awake, Workplace } from './Workplace.ts';

test('people hear of a new version and keep what they typed, and screens that no one uses reload by themselves', async ({
  browser,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-next-'));
  const workplace = await Workplace.open();
  const tab = async () => (await browser.newContext()).newPage();
  const [till, settings, products, wall, customers] = await Promise.all([tab(), tab(), tab(), tab(), tab()]);
  try {
    const { colleague, place } = await Till.open(workplace);
    const admin = await workplace.hire('Ada Admin', ['admin']);
    const token = randomBytes(32).toString('hex');
    const hash = createHash('sha256').update(token).digest('hex');
    const screen = { id: uuidv7(), name: 'Pier', placeId: place.id, hash };
    await (await Colleague.of(workplace, admin)).write('post', 'displays', screen);

    await workplace.signIn(till, colleague.person, '/cashier/pos');
    for (const name of ['Cappuccino', 'Butter croissant'])
      await till.locator('[data-product]').filter({ hasText: name }).first().click();
    const lines = till.locator('[data-cart] [data-line]');
    await expect(lines).toHaveCount(2);
    await workplace.signIn(settings, admin, '/admin/settings');
    await settings.getByLabel('Grace').fill('17');
    await workplace.signIn(products, admin, '/admin/products');
    await products.getByRole('button', { name: 'New product' }).click();
    const name = products.getByRole('dialog', { name: 'New product' }).getByLabel('Name');
    await name.fill('Oat milk');
    await workplace.signIn(wall, admin, '/admin?wall');
    await customers.goto(`${workplace.origin}/display#${token}`);
    await awake(customers);
    await expect(wall.locator('[data-status=live]')).toBeVisible();
    await expect(customers.locator('[data-status=live]')).toBeVisible();

    for (const it of [till, settings, products, wall, customers])
      await expect(it.locator('[data-new-version]')).toBeAttached();
    const alone = [wall, customers].map((it) => it.waitForEvent('load'));
    await workplace.deploy(await nextBuild(folder));
    await Promise.all(alone);
    for (const it of [wall, customers]) await expect(it.locator('[data-status=live]')).toBeVisible();

    const bar = till.getByRole('status').filter({ hasText: 'A new version is ready.' });
    await expect(bar).toBeVisible();
    await expectNoSeriousAxe(till);
    await till.keyboard.press('?');
    await Promise.all([
      till.waitForEvent('load'),
      till.getByText('Reload to open this.').locator('..').getByRole('button', { name: 'Reload' }).click(),
    ]);
    await expect(till.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expect(lines).toHaveCount(2);
    await expect(bar).toBeHidden();

    await expect(products.getByText('A new version is ready.')).toBeAttached(); // behind the dialog
    await products.reload();
    await expect(name).toHaveValue('Oat milk');

    const reload = settings.getByRole('status').getByRole('button', { name: 'Reload' });
    await reload.focus();
    await Promise.all([settings.waitForEvent('load'), settings.keyboard.press('Enter')]);
    await awake(settings);
    await expect(settings.getByLabel('Grace')).toHaveValue('17');
    settings.once('dialog', (it) => void it.accept()); // unsaved, and no new version
    await settings.reload();
    await awake(settings);
    await expect(settings.getByLabel('Grace')).not.toHaveValue('17');
  } finally {
    await workplace.close();
    await rm(folder, { recursive: true, force: true });
  }
});
