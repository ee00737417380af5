/** What links to my day open: notifications lead there. */
import { goto } from '$app/navigation';
import { say } from '$lib/ui/toast';
import type { MyDay } from './MyDay.svelte';

interface Link {
  /** A record, or a date without one: opens the form of its correction. */
  correct: string | null;
  /** A record that closed by itself: asks when one left. */
  left: string | null;
}

/** Opens it, and takes it out of the address. */
export function openLinked(day: MyDay, { correct, left }: Link): void {
  if (correct !== null) {
    const record = day.days.flatMap(({ records }) => records).find(({ id }) => id === correct);
    if (record) day.corrections.open({ date: record.workDate });
    else if (/^\d{4}-\d\d-\d\d$/.test(correct)) day.corrections.open({ date: correct });
    else void say('We can’t show that record: its day is not on this page. Look in My hours.');
  }
  if (left !== null && !day.link(left))
    void say('That day needs no answer any more, or it is not on this page.');
  void goto('/', { replaceState: true, keepFocus: true, noScroll: true });
}
