/** Reports of a large workplace. */
import { uuidv7 } from 'uuidv7';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';

const MANY = 5_000;
const id = "'01900000-0000-7000-8000-' || printf('%012d', n)";
const ours = "LIKE '01900000-0000-7000-8000-%'";

test('totals of 5,000 people have every column, and rows only near the window', async ({
  page,
  workplace,
}) => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const start = Date.parse(`${yesterday}T08:00Z`);
  const each = `WITH RECURSIVE each (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < ${MANY})`;
  const ward = uuidv7();
  await workplace.db.batch([
    workplace.db.prepare("INSERT INTO departments (id, name) VALUES (?, 'Crowd')").bind(ward),
    workplace.db.prepare(
      `${each} INSERT INTO people (id, name, email, email_verified, roles, sort_key, search, created_at, updated_at)
       SELECT ${id}, printf('Crowd %05d', n), n || '@crowd.example', 1, '["employee"]', printf('crowd %08d', n), 'crowd', 0, 0 FROM each`,
    ),
    workplace.db
      .prepare(
        `${each} INSERT INTO terms (person_id, valid_from, employed, department_id) SELECT ${id}, '2020-01-01', 1, ? FROM each`,
      )
      .bind(ward),
    workplace.db
      .prepare(
        `${each} INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, corrected)
         SELECT ${id}, ${id}, ?1, 'Europe/Berlin', ?2, ?2 + 4 * 3600000, 0, 0 FROM each`,
      )
      .bind(yesterday, start),
  ]);
  try {
    const query = `kind=person&from=${yesterday}&to=${yesterday}&department=${ward}`;
    await workplace.signIn(page, workplace.get('supervisor'), `/admin/reports?${query}`);
    const table = page.getByRole('table', { name: 'Totals' });
    await expect(table.getByRole('row').filter({ hasText: 'Crowd 00001' })).toContainText('4 h 00 min');
    await expect(table).toHaveAttribute('aria-rowcount', String(MANY + 1));
    await expect(table.getByRole('columnheader')).toContainText(['Name', 'Worked', 'Breaks', 'Overtime']);
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect(table.getByText('Crowd 05000')).toBeVisible();
    await expect(table.getByText('Crowd 00001')).toHaveCount(0);
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    await expectNoSeriousAxe(page);

    await page.setViewportSize({ width: 360, height: 740 });
    await expect(table.getByText('Crowd 05000')).toBeVisible();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
  } finally {
    // Other tests count the people of this workplace.
    await workplace.db.batch([
      workplace.db.prepare(`DELETE FROM attendance WHERE person_id ${ours}`),
      workplace.db.prepare(`DELETE FROM terms WHERE person_id ${ours}`),
      workplace.db.prepare(`DELETE FROM people WHERE id ${ours}`),
      workplace.db.prepare('DELETE FROM departments WHERE id = ?').bind(ward),
    ]);
  }
});
