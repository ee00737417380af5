import type { Week, WeekShift } from '$contract/schedules/schedules';

interface Day {
  works: boolean;
  start: string;
  end: string;
  breakMinutes: number | null;
}

const MISSING = -1;
const usual: WeekShift = { start: '08:00', end: '16:30', breakMinutes: 30 };

/** A schedule's week as it is being written. A day off remembers the times it had, should it be worked after all. */
export class WeekDraft {
  readonly #from: string;
  days = $state<Day[]>([]);
  ownGrace = $state(false);
  graceMinutes = $state<number | null>(5);
  earlyMinutes = $state<number | null>(0);
  halfDayMinutes = $state<number | null>(240);

  /** @param week what to begin from; none for Monday to Friday */
  constructor(week?: Week) {
    const days = week?.days ?? [usual, usual, usual, usual, usual, null, null];
    const known = days.find((it) => it !== null) ?? usual;
    this.days = days.map((it) => ({ works: it !== null, ...(it ?? known) }));
    this.ownGrace = week ? week.graceMinutes !== null : false;
    this.graceMinutes = week?.graceMinutes ?? 5;
    this.earlyMinutes = week?.earlyMinutes ?? 10;
    this.halfDayMinutes = week?.halfDayMinutes ?? 240;
    this.#from = JSON.stringify(this.week);
  }

  /** As it is written now. A number that is missing is one that the server refuses in words. */
  get week(): Week {
    return {
      days: this.days.map(({ works, start, end, breakMinutes }) =>
        works ? { start, end, breakMinutes: breakMinutes ?? MISSING } : null,
      ),
      graceMinutes: this.ownGrace ? (this.graceMinutes ?? MISSING) : null,
      earlyMinutes: this.earlyMinutes ?? MISSING,
      halfDayMinutes: this.halfDayMinutes ?? MISSING,
    };
  }

  /** The same for the picture: a day whose times are not all typed yet has none. */
  get picture(): Pick<Week, 'days'> {
    return { days: this.week.days.map((it) => (it && it.start !== '' && it.end !== '' ? it : null)) };
  }

  get dirty(): boolean {
    return JSON.stringify(this.week) !== this.#from;
  }

  /** Gives every other worked day this day's times. */
  spread(index: number): void {
    const { start, end, breakMinutes } = this.days[index] ?? { ...usual };
    this.days = this.days.map((day) => (day.works ? { ...day, start, end, breakMinutes } : day));
  }
}
