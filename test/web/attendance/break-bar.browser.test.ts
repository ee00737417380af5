/** The time left of a break, on a person's own phone and on the board. */
import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import BreakBar from '$lib/attendance/BreakBar.svelte';

it('the bar of a break shrinks with the time left, and warns in its last fifth', async () => {
  const on = { startAt: 0, dueAt: 100_000 };
  const { container, rerender } = await render(BreakBar, { on, now: 25_000 });
  const bar = container.querySelector<HTMLElement>('[style*="width"]')!;
  const shown = async (now: number) => {
    await rerender({ now });
    return [bar.style.width, bar.classList.contains('bg-caution')];
  };
  expect(await shown(25_000)).toEqual(['75%', false]);
  expect(await shown(85_000)).toEqual(['15%', true]);
  expect(await shown(100_000)).toEqual(['0%', true]);
});
