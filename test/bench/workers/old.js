/** What the product asks of an old database: each path runs one page's question or one job once, and answers the rows that it read. */
import { board } from '../../../worker/attendance/days';
import { usualArrivals } from '../../../worker/attendance/arrivals';
import { closeForgotten, endBreaks, remindOfCheckOut } from '../../../worker/attendance/due';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { watched } from '../../../worker/db/calls';
import { readJournal } from '../../../worker/journal/entries';
import { trim } from '../../../worker/live/trim';
import { pageOfDays, totals } from '../../../worker/reports/reports';
import { expireUnpaid } from '../../../worker/sales/due';
import { orders } from '../../../worker/sales/orders/orders';
import { registrations } from '../../../worker/sales/registrations/registrations';
import { Scope } from '../../../worker/scope';

export { Channel } from '../../../worker/live/channel';

const DAY_MS = 86_400_000;
const dayBefore = (now, days) => new Date(now - days * DAY_MS).toISOString().slice(0, 10);
const everything = { q: '', action: '', actor: '', subject: '' };

const subjects = {
  'journal, newest page': (scope) => readJournal(scope, everything),
  'journal, a day last month': (scope, { now }) =>
    readJournal(scope, { ...everything, from: dayBefore(now, 30), to: dayBefore(now, 30) }),
  'journal, what a person did': (scope, { person }) => readJournal(scope, { ...everything, actor: person }),
  'journal, one action': (scope) => readJournal(scope, { ...everything, action: 'attendance.checked_out' }),
  'journal, a text, one step': (scope) => readJournal(scope, { ...everything, q: 'no such text in it' }),
  'trim, nothing to do': (scope) => trim(scope),
  expiries: async (scope) => {
    await expireUnpaid(scope, orders);
    await expireUnpaid(scope, registrations);
    await closeForgotten(scope);
    await endBreaks(scope);
    await remindOfCheckOut(scope);
  },
  'usual arrivals': (scope, { now }) => usualArrivals(scope, dayBefore(now, 0)),
  board: (scope) => board(scope),
  'report, a month by person': (scope, { now }) =>
    totals(scope, { from: dayBefore(now, 30), to: dayBefore(now, 1) }, 'person'),
  'report, first page of days': (scope, { now }) =>
    pageOfDays(scope, { from: dayBefore(now, 30), to: dayBefore(now, 1) }),
};

export default {
  async fetch(request, env, ctx) {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (name === '') return Response.json(Object.keys(subjects));
    const about = await request.json();
    let read = 0;
    const DB = watched(env.DB, async (_, call) => {
      const answer = await call();
      for (const result of [answer].flat()) read += Number(result?.meta?.rows_read ?? 0);
      return answer;
    });
    const asker = { ...about.asker, settings: defaultSettings('UTC') };
    const session = { asker, confirmed: true };
    const scope = new Scope({ ...env, DB, WORKPLACE_ZONE: 'UTC' }, ctx, { session, now: () => about.now });
    await subjects[name](scope, about);
    return Response.json({ read });
  },
};
