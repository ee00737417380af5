/** The days of a report, on a desk and on a phone. */
import type { ReportDay } from '$contract/reports/reports';
import DaysTable from '$lib/reports/DaysTable.svelte';
import Tile from '$lib/ui/Tile.svelte';
import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';

const HOUR = 3_600_000;
const at = (time: string) => Date.parse(`2026-11-03T${time}:00Z`);
const day: ReportDay = {
  personId: '01900000-0000-7000-8000-000000000001',
  name: 'Mira Lindqvist',
  email: 'mira@harbour.example',
  staffNumber: null,
  departmentId: null,
  department: null,
  position: null,
  category: null,
  workDate: '2026-11-03',
  zone: 'UTC',
  status: 'late',
  firstIn: at('09:16'),
  lastOut: at('17:29'),
  spanMs: 8 * HOUR,
  workedMs: 8 * HOUR,
  breakMs: 0,
  deductedMs: HOUR / 2,
  uncountedMs: 0,
  overtimeMs: 0,
  weekOvertimeMs: 0,
  lateMs: HOUR / 4,
  earlyMs: 0,
  open: false,
  auto: false,
  unconfirmed: false,
  corrected: true,
  longBreak: false,
  workedOnLeave: false,
  note: null,
};

afterEach(() => page.viewport(1280, 800));

it.each([false, true])(
  'a day fits a phone without scrolling, and each of its values has a name (named: %s)',
  async (named) => {
    await page.viewport(360, 740);
    await render(DaysTable, { days: [day, { ...day, workDate: '2026-11-04', name: 'Ana' }], named });
    const box = page.getByRole('region', { name: 'Days' }).element();
    expect(box.scrollWidth).toBe(box.clientWidth);
    expect(page.getByRole('row').elements()).toHaveLength(3); // with the row of names, for screen readers
    const first = page.getByRole('row', { name: /3 Nov/ });
    await expect.element(first.getByRole('cell', { name: 'Deducted 30 min' })).toBeVisible();
    await expect.element(first.getByRole('cell', { name: 'Late by 15 min' })).toBeVisible();
    await expect.element(first.getByText('corrected')).toBeVisible();
    expect(page.getByRole('cell', { name: '–', exact: true }).elements()).toEqual([]);
  },
);

it('a day is one line of a table on a desk', async () => {
  await render(DaysTable, { days: [day], named: false });
  const topOf = (name: RegExp) => page.getByRole('cell', { name }).element().getBoundingClientRect().top;
  expect(topOf(/3 Nov/)).toBe(topOf(/corrected/));
});

it('a tile of many hours keeps them on one line within its box', async () => {
  const { container } = await render(Tile, { label: 'Worked', value: '11428 h 42 min' });
  container.style.width = '158px';
  const value = container.querySelector('dd')!;
  await expect.poll(() => value.scrollWidth - value.clientWidth).toBe(0);
  expect(value.getBoundingClientRect().height).toBeLessThan(50);
});
