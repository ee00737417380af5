/** What the demo's people have been told: what is decided was read, what waits for them is new. */
import type { Correction } from '../../worker/contract/corrections.ts';
import type { Notification } from '../../worker/contract/notifications.ts';
import { type Employed, idAt } from './history.ts';

export function noticesOf(
  people: readonly Employed[],
  corrections: readonly Correction[],
  deciders: readonly Employed[],
): (Notification & { personId: string })[] {
  const nameOf = (id: string): string => people.find((person) => person.id === id)?.name ?? '';
  return corrections.flatMap((it) => {
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(
      new Date(it.from),
    );
    const asked = deciders
      .filter(({ id }) => id !== it.personId)
      .map(({ id: personId }) => ({
        ...{
          personId,
          id: idAt(it.requestedAt, 'asked', personId, it.id),
          kind: 'correction.requested' as const,
        },
        ...{ title: `${nameOf(it.personId)} asks for a correction`, body: `${day}: “${it.reason}”` },
        ...{ href: '/admin/corrections', at: it.requestedAt, readAt: it.decidedAt },
      }));
    if (it.decidedAt === null || !it.decidedBy) return asked;
    const answer = it.answer ? `: “${it.answer}”` : '';
    return [
      ...asked,
      {
        ...{
          personId: it.personId,
          id: idAt(it.decidedAt, 'decided', it.id),
          kind: 'correction.decided' as const,
        },
        ...{ title: `${it.decidedBy.name} ${it.state} your correction`, body: `${day}${answer}` },
        ...{ href: '/', at: it.decidedAt, readAt: it.decidedAt + 3_600_000 },
      },
    ];
  });
}
