/** A host's screen: its code is read from a picture of the page, and a person who scans it appears on the list. */
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

/** A running session with these people on its list. */
async function session(workplace: Workplace, names: string[], more: object = {}): Promise<Made> {
  const host = await Colleague.of(workplace, await workplace.hire('Hana Wieland', ['host']));
  const people = await Promise.all(names.map((name) => workplace.hire(name)));
  const id = uuidv7();
  const now = Date.now();
  await host.write('post', 'sessions/live', {
    id,
    kind: 'class',
    title: 'First aid, part two',
    courseId: null,
    groups: [],
    hosts: [],
    people: people.map((it) => it.id),
    room: 'Lecture hall 1',
    startsAt: now,
    endsAt: now + 5_400_000,
    lateAfterMinutes: 10,
    opensBeforeMinutes: 10,
    periodSeconds: 60,
    strict: false,
    geofence: null,
    ...more,
    start: true,
  });
  return { id, host, people };
}

/** Reads a code's link from the page's pixels. */
async function linkIn(code: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await code.screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
}

/** Exchanges a link's token. */
async function exchange(link: string, student: Colleague): Promise<{ ticket?: string; code?: string }> {
  const { pathname, searchParams } = new URL(link);
  const id = pathname.split('/').pop();
  const answer = await student.api.post(`sessions/${id}/tickets`, { data: { token: searchParams.get('t') } });
  return (await answer.json()) as { ticket?: string; code?: string };
}

/** Exchanges a link's token and takes part. */
async function follow(link: string, student: Colleague): Promise<string> {
  const { ticket, code } = await exchange(link, student);
  if (!ticket) return code ?? '';
  const answer = await student.api.post(`sessions/${new URL(link).pathname.split('/').pop()}/attendance`, {
    data: { ticket },
    headers: { 'Idempotency-Key': uuidv7() },
  });
  return ((await answer.json()) as { outcome: string }).outcome;
}

const open = async (page: Page, workplace: Workplace, { id, host }: Made) =>
  workplace.signIn(page, host.person, `/sessions/${id}/live`);

test('the code is readable in both themes; an expired one is refused, a current one counts, also after a network failure', async ({
  page,
  network,
  workplace,
}) => {
  const made = await session(workplace, ['Sofia Student', 'Timo Student', 'Uta Later'], { periodSeconds: 5 });
  await open(page, workplace, made);
  const [sofia, timo, uta] = await Promise.all(made.people.map((it) => Colleague.of(workplace, it)));
  if (!sofia || !timo || !uta) throw new Error('three students');
  const code = page.locator('[data-qr]');
  const list = page.getByRole('list', { name: 'People on the list' });
  await expect(code).toBeVisible();
  const stale = await linkIn(code);
  expect(stale).toContain(`/s/${made.id}?t=`);
  expect(await follow(stale, sofia)).toBe('in');
  await expect(list).toContainText('Sofia Student');
  await expect(async () => expect(await linkIn(code)).not.toBe(stale)).toPass(); // by itself

  network.block({ everything: true });
  await expect(page.locator('[data-status="offline"]')).toBeVisible();
  const { token } = (await (await made.host.api.get(`sessions/${made.id}/code`)).json()) as { token: string };
  expect(await follow(`${workplace.direct}/s/${made.id}?t=${token}`, uta)).toBe('in');
  // The last code is valid for a short grace.
  await expect(async () => expect((await exchange(stale, timo)).code).toBe('code_expired')).toPass({
    intervals: [250],
  });
  network.restore();
  await page.locator('[data-status]').first().click();
  await expect(list).toContainText('Uta Later');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(async () => expect(await follow(await linkIn(code), timo)).toBe('in')).toPass();
  await expect(list).toContainText('Timo Student');
  await page.reload();
  await awake(page);
  await expect(code).toBeVisible();
  await expect(list).toContainText('Uta Later');
});

test('two hosts see the same marks, lock and preview, and shortcuts can be turned off', async ({
  page,
  browser,
  workplace,
}) => {
  const other = await workplace.hire('Otto Brandt', ['host']);
  const made = await session(workplace, ['Ida Absent', 'Nils Comes', 'Paula Tardy'], { hosts: [other.id] });
  const second = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await open(page, workplace, made);
  await workplace.signIn(second, other, `/sessions/${made.id}/live`);
  const link = await linkIn(page.locator('[data-qr]'));

  await test.step('typed text survives arrivals; a manual mark needs a reason', async () => {
    await page.getByLabel('Search the list').fill('paula');
    await page.getByRole('button', { name: 'Paula Tardy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Came with the');
    const nils = await Colleague.of(workplace, made.people[1] ?? other);
    expect(await follow(link, nils)).toBe('in');
    for (const screen of [page, second])
      await expect(screen.getByText('Came', { exact: true }).locator('..')).toContainText('1');
    await dialog.getByText('Late', { exact: true }).click();
    await expect(dialog.getByLabel('Reason')).toHaveValue('Came with the');
    await dialog.getByLabel('Reason').press('End');
    await dialog.getByLabel('Reason').pressSequentially(' second bus');
    await dialog.getByRole('button', { name: 'Mark', exact: true }).click();
    await expect(dialog).toBeHidden(); // until then it repeats the row's words
    await expect(page.getByText(/by Hana Wieland at .*: Came with the second bus/)).toBeVisible();
    await page.getByLabel('Search the list').fill('');
    for (const screen of [page, second])
      await expect(screen.getByRole('list', { name: 'People on the list' })).toContainText('Nils Comes');
  });

  await test.step('one locks with a preview and a reason, the other’s screen shows who and why', async () => {
    await page.getByRole('heading', { level: 1 }).click();
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
  });

  await test.step('the screen is accessible, enlarged by one key, and fits a phone', async () => {
    await expect(page.locator('[data-qr]')).toBeVisible();
    await page.getByRole('heading', { level: 1 }).click();
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
});
