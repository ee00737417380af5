import type { Week, WeekShift } from '$contract/schedules/schedules';
import { Draft } from '$lib/Draft.svelte';

interface Day {
  works: boolean;
  start: string;
  end: string;
  breakMinutes: number | null;
}

interface Typed {
  days: Day[];
  ownGrace: boolean;
  graceMinutes: number | null;
  earlyMinutes: number | null;
  halfDayMinutes: number | null;
}

const MISSING = -1;
const usual: WeekShift = { start: '08:00', end: '16:30', breakMinutes: 30 };

/** A schedule's week in a form. A day off keeps its times, in case it becomes a working day again. */
export class WeekDraft extends Draft<Week, Typed> {
  /** @param week undefined begins with Monday to Friday */
  constructor(week?: Week) {
    super(week, { typedOf, contentOf: weekOf });
  }

  /** The typed week. A missing number is -1, which the server refuses. */
  get week(): Week {
    return weekOf(this.typed);
  }

  /** The typed week without days that lack a time. */
  get picture(): Pick<Week, 'days'> {
    return { days: this.week.days.map((it) => (it && it.start !== '' && it.end !== '' ? it : null)) };
  }

  /** Gives every other worked day this day's times. */
  spread(index: number): void {
    const { days } = this.typed;
    const { start, end, breakMinutes } = days[index] ?? { ...usual };
    this.typed.days = days.map((day) => (day.works ? { ...day, start, end, breakMinutes } : day));
  }
}

function typedOf(week: Week | undefined): Typed {
  const days = week?.days ?? [usual, usual, usual, usual, usual, null, null];
  const known = days.find((it) => it !== null) ?? usual;
  return {
    days: days.map((it) => ({ works: it !== null, ...(it ?? known) })),
    ownGrace: week ? week.graceMinutes !== null : false,
    graceMinutes: week?.graceMinutes ?? 5,
    earlyMinutes: week?.earlyMinutes ?? 10,
    halfDayMinutes: week?.halfDayMinutes ?? 240,
  };
}

const weekOf = ({ days, ownGrace, graceMinutes, earlyMinutes, halfDayMinutes }: Typed): Week => ({
  days: days.map(({ works, start, end, breakMinutes }) =>
    works ? { start, end, breakMinutes: breakMinutes ?? MISSING } : null,
  ),
  graceMinutes: ownGrace ? (graceMinutes ?? MISSING) : null,
  earlyMinutes: earlyMinutes ?? MISSING,
  halfDayMinutes: halfDayMinutes ?? MISSING,
});
