import { goto } from '$app/navigation';

/** Shows this page for another date; without one for today, also after midnight. */
export async function goToDate(date: string | undefined): Promise<void> {
  const url = new URL(location.href);
  if (date === undefined) url.searchParams.delete('date');
  else url.searchParams.set('date', date);
  await goto(url, { keepFocus: true, noScroll: true });
}
