import type { Registration, RegistrationState } from '$contract/sales/registrations/registrations';
import { dayInWords, type Times } from '$lib/times';
import type { Tone } from '$lib/ui/tone';
import { searchKey } from '$contract/search-key';

export const stateTone = {
  pending: 'caution',
  paid: 'accent',
  released: 'in',
  cancelled: 'out',
} as const satisfies Record<RegistrationState, Tone>;

/** The state with its date: "Pay by 5 December", "Released to Maria Silva at 10:42". */
export function statusWords(it: Registration, live: { times: Times; today: string }): string {
  const { times, today } = live;
  const { release, cancellation, claim, expiresAt, paidAt } = it;
  const when = (at: number) => {
    const date = times.date(at);
    if (date === today) return `at ${times.clock(at)}`;
    const day = dayInWords(date, today);
    return day === 'yesterday' ? day : `on ${day}`;
  };
  if (cancellation)
    return `Cancelled ${when(cancellation.at)} by ${cancellation.by?.name ?? 'Muster'}: ${cancellation.reason}`;
  if (release) {
    const to = release.receivedBy === null ? '' : ` to ${release.receivedBy}`;
    return `Released${to} ${when(release.at)} by ${release.by.name}`;
  }
  if (claim) return `${claim.by.name} is releasing it`;
  if (paidAt !== null) return `Paid ${when(paidAt)}`;
  return expiresAt === null ? 'Not paid' : `Payment due by ${dayInWords(times.date(expiresAt), today)}`;
}

/** Whether name, number, member or package contain every word of the search. */
export function matches(it: Registration, words: readonly string[]): boolean {
  const text = searchKey(`${it.name} ${it.number} ${it.memberId} ${it.package.name}`);
  return words.every((word) => text.includes(word));
}
