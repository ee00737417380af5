/** A host's screen: its code is read from the picture of the page, and whoever scans it appears on the list. */
import type { Locator, Page } from '@playwright/test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake, type Employee, type Workplace } from '../../Workplace.ts';

interface Made {
  id: string;
  host: Colleague;
  people: Employee[];
}

/** A session that is on, with these people on its list. */
async function session(workplace: Workplace, names: string[], more: object = {}): Promise<Made> {
  const host = await Colleague.of(workplace, await workplace.hire('Hana Wieland', ['host']));
  const people = await Promise.all(names.map((name) => workplace.hire(name)));
  const id = uuidv7();
  const now = Date.now();
  await host.write('post', 'sessions/live', {
    ...{ id, kind: 'class', title: 'First aid, part two', courseId: null, groups: [], hosts: [] },
    ...{ people: people.map((it) => it.id), room: 'Lecture hall 1', startsAt: now, endsAt: now + 5_400_000 },
    ...{ lateAfterMinutes: 10, opensBeforeMinutes: 10, periodSeconds: 60, strict: false, geofence: null },
    ...more,
    start: true,
  });
  return { id, host, people };
}

/** The link in a code as a camera reads it: from the pixels of the page. */
async function linkIn(code: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await code.screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
}

/** What an attendee's page does with a link: exchanges its token and takes part. */
async function follow(link: string, student: Colleague): Promise<string> {
  const { pathname, searchParams } = new URL(link);
  const id = pathname.split('/').pop();
  const ticket = await student.api.post(`sessions/${id}/tickets`, { data: { token: searchParams.get('t') } });
  const body = (await ticket.json()) as { ticket?: string; code?: string };
  if (!body.ticket) return body.code ?? '';
  const answer = await student.api.post(`sessions/${id}/attendance`, {
    data: { ticket: body.ticket },
    headers: { 'Idempotency-Key': uuidv7() },
  });
  return ((await answer.json()) as { outcome: string }).outcome;
}

const open = async (page: Page, workplace: Workplace, { id, host }: Made) =>
  workplace.signIn(page, host.person, `/sessions/${id}/live`);

for (const colorScheme of ['light', 'dark'] as const)
  test(`the code is read from the page’s picture in ${colorScheme}; a stale picture is refused, a fresh one counts`, async ({
    browser,
    workplace,
  }) => {
    const made = await session(workplace, ['Sofia Student', 'Timo Student'], { periodSeconds: 5 });
    const context = await browser.newContext({ colorScheme, baseURL: workplace.origin });
    const page = await context.newPage();
    await open(page, workplace, made);
    const [sofia, timo] = await Promise.all(made.people.map((it) => Colleague.of(workplace, it)));
    if (!sofia || !timo) throw new Error('two students');
    const code = page.locator('[data-qr]');
    await expect(code).toBeVisible();
    const stale = await linkIn(code);
    expect(stale).toContain(`/s/${made.id}?t=`);
    expect(await follow(stale, sofia)).toBe('in');
    await expect(page.getByRole('list', { name: 'People on the list' })).toContainText('Sofia Student');
    // Two codes later, that picture is worth nothing.
    const changes = new Set([stale]);
    await expect(async () => expect(changes.add(await linkIn(code)).size).toBeGreaterThan(3)).toPass({
      timeout: 25_000,
    });
    expect(await follow(stale, timo)).toBe('code_expired');
    await expect(async () => expect(await follow(await linkIn(code), timo)).toBe('in')).toPass();
    await expect(page.getByRole('list', { name: 'People on the list' })).toContainText('Timo Student');
    await context.close();
  });

test('hosts see the same: one locks with a preview and a reason, the other’s screen says who and why', async ({
  page,
  browser,
  workplace,
}) => {
  const other = await workplace.hire('Otto Brandt', ['host']);
  const made = await session(workplace, ['Ida Absent', 'Nils Comes'], { hosts: [other.id] });
  const second = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await open(page, workplace, made);
  await workplace.signIn(second, other, `/sessions/${made.id}/live`);
  const nils = await Colleague.of(workplace, made.people[1] ?? other);
  expect(await follow(await linkIn(page.locator('[data-qr]')), nils)).toBe('in');
  for (const screen of [page, second])
    await expect(screen.getByRole('list', { name: 'People on the list' })).toContainText('Nils Comes');

  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 become absent');
  await expect(dialog).toContainText('Ida Absent');
  await expectNoSeriousAxe(page);
  await dialog.getByLabel('Reason').fill('Doors are closed');
  await dialog.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(second.getByText(/Locked by Hana Wieland at .*: Doors are closed/)).toBeVisible();
  await expect(second.locator('[data-qr]')).toHaveCount(0);
  await second.getByRole('radio', { name: 'Missing 1' }).check({ force: true });
  await expect(second.getByRole('list', { name: 'People on the list' })).toContainText('by the lock');
  await second.getByRole('button', { name: 'Unlock' }).click();
  await second.getByRole('dialog').getByLabel('Reason').fill('Ida was in the other room');
  await second.getByRole('dialog').getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.locator('[data-qr]')).toBeVisible();
  await second.context().close();
});

test('what the host types stays while people arrive; a mark by hand needs a reason', async ({
  page,
  workplace,
}) => {
  const made = await session(workplace, ['Paula Tardy', 'Rosa Early', 'Sven Early']);
  await open(page, workplace, made);
  const link = await linkIn(page.locator('[data-qr]'));
  await page.getByLabel('Search the list').fill('paula');
  await page.getByRole('button', { name: 'Paula Tardy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Came with the');
  for (const who of made.people.slice(1))
    expect(await follow(link, await Colleague.of(workplace, who))).toBe('in');
  await expect(page.getByText('Came', { exact: true }).locator('..')).toContainText('2');
  await dialog.getByText('Late', { exact: true }).click();
  await expect(dialog.getByLabel('Reason')).toHaveValue('Came with the');
  await dialog.getByLabel('Reason').press('End');
  await dialog.getByLabel('Reason').pressSequentially(' second bus');
  await dialog.getByRole('button', { name: 'Mark', exact: true }).click();
  await expect(dialog).toBeHidden(); // until then it says the same as the row
  await expect(page.getByText(/by Hana Wieland at .*: Came with the second bus/)).toBeVisible();
});

test('a reload and a cut network lose nothing: the code comes back, and so do those who came meanwhile', async ({
  page,
  workplace,
  network,
}) => {
  const made = await session(workplace, ['Uta Later']);
  await open(page, workplace, made);
  const code = page.locator('[data-qr]');
  const link = await linkIn(code);
  network.block({ everything: true });
  await expect(page.locator('[data-status="offline"]')).toBeVisible({ timeout: 15_000 });
  const uta = await Colleague.of(workplace, made.people[0] ?? made.host.person);
  expect(await follow(link, uta)).toBe('in');
  network.restore();
  await expect(page.getByRole('list', { name: 'People on the list' })).toContainText('Uta Later', {
    timeout: 45_000,
  });
  await page.reload();
  await awake(page);
  await expect(code).toBeVisible();
  await expect(page.getByRole('list', { name: 'People on the list' })).toContainText('Uta Later');
});

test('the screen is accessible, shown large by one key, and wide on no phone', async ({
  page,
  workplace,
}) => {
  const made = await session(workplace, ['Vera Phone']);
  await open(page, workplace, made);
  await expect(page.locator('[data-qr]')).toBeVisible();
  await expectNoSeriousAxe(page);
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'Smaller' })).toBeVisible();
  expect(await linkIn(page.locator('[data-qr]'))).toContain(`/s/${made.id}?t=`);
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Turn these keys off' }).click();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Turn these keys on' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('e');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});
