import type { Named } from '$contract/sessions/sessions';
import type { Doing, Focus } from '$contract/wire';

/**
 * Who else looks at a record: "Ana is editing", "Ana is editing · Ben and Chi are looking". Empty when no one does.
 * @param me the signed-in person's id, left out
 */
export function whoElse(
  focuses: readonly Focus[],
  on: string,
  { staff, me }: { staff: readonly Named[]; me: string },
): string {
  const others = focuses.filter((it) => it.on === on && it.person !== me);
  const doing = (what: Doing, word: string) => {
    const names = others
      .filter((it) => it.doing === what)
      .map(({ person }) => firstName(staff, person))
      .sort((a, b) => a.localeCompare(b, 'en'));
    return names.length === 0 ? [] : [`${listed(names)} ${names.length === 1 ? 'is' : 'are'} ${word}`];
  };
  return [...doing('editing', 'editing'), ...doing('viewing', 'looking')].join(' · ');
}

/** A person hired after the page was loaded is not on its list yet. */
const firstName = (staff: readonly Named[], person: string): string =>
  staff.find(({ id }) => id === person)?.name.split(' ')[0] ?? 'Someone';

function listed(names: readonly string[]): string {
  if (names.length > 2) return `${names[0] ?? ''} and ${names.length - 1} others`;
  return names.join(' and ');
}
