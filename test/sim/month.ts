/** A month of a workplace: taps of people in three zones, and an admin who makes every kind of change. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut, confirmCheckOut } from '../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../worker/attendance/breaks';
import { setMark } from '../../worker/attendance/marks';
import type { AttendanceRecord } from '../../worker/contract/attendance/attendance';
import { addDays, dateIn } from '../../worker/contract/zones';
import type { Week } from '../../worker/contract/schedules/schedules';
import { defaultSettings, parseSettings, type Settings } from '../../worker/contract/settings/settings';
import { ask } from '../../worker/db/queries';
import { runJobs } from '../../worker/jobs';
import { editPerson } from '../../worker/people/editing';
import { deactivate, reactivate } from '../../worker/people/leaving';
import { createPerson } from '../../worker/people/staff';
import { personWith } from '../../worker/people/people';
import { Refusal } from '../../worker/refusal';
import { Scope } from '../../worker/scope';
import { assign } from '../../worker/schedules/assignments';
import { makeSchedule, setWeek } from '../../worker/schedules/schedules';
import type { Asker } from '../../worker/session';
import { setSettings } from '../../worker/settings/settings';
import { edged, sessionOf, type Someone } from '../worker/workplace';

export const BERLIN = 'Europe/Berlin';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const zones = [null, 'America/New_York', 'Australia/Sydney'] as const;

/** A workplace whose clock the test controls. */
export class Month {
  readonly people: string[] = [];
  readonly schedules: string[] = [];
  now: number;

  constructor(
    private readonly admin: Someone,
    private readonly random: () => number,
    from: string,
  ) {
    this.now = Date.parse(`${from}T00:00Z`);
  }

  pick = <T>(of: readonly T[]): T => of[Math.floor(this.random() * of.length)] as T;
  chance = (odds: number): boolean => this.random() < odds;
  between = (least: number, most: number): number => least + Math.floor(this.random() * (most - least + 1));

  get today(): string {
    return dateIn(BERLIN, this.now);
  }

  /** The person of a request. */
  async scope(person = this.admin.id): Promise<Scope> {
    const row = await env.DB.prepare(
      `SELECT id, name, email, zone, (SELECT value FROM settings WHERE applies_at <= ?2 ORDER BY valid_from DESC LIMIT 1) AS value
       FROM people WHERE id = ?1`,
    )
      .bind(person, this.now)
      .first<{ id: string; name: string; email: string; zone: string | null; value: string | null }>();
    if (!row) throw new Error(`nobody is ${person}`);
    const settings = parseSettings(row.value, BERLIN);
    const asker: Asker = {
      ...{ id: row.id, name: row.name, email: row.email, session: 's', ownZone: row.zone },
      ...{ zone: row.zone ?? settings.zone, organisation: 'Clinic', settings },
      roles: [person === this.admin.id ? 'admin' : 'employee'],
      ...{ department: null, position: null, category: null, photo: null },
    };
    return new Scope(edged(), createExecutionContext(), { session: sessionOf(asker), now: () => this.now });
  }

  async begin(): Promise<void> {
    for (const name of ['Days', 'Nights']) {
      const id = uuidv7();
      await makeSchedule(await this.scope(), {
        id,
        name,
        validFrom: '2026-09-01',
        week: this.week(name === 'Nights'),
      });
      this.schedules.push(id);
    }
    for (const [n, zone] of [...zones, ...zones].entries()) await this.hire(n, zone);
  }

  async hire(n: number, zone: string | null): Promise<void> {
    const id = uuidv7();
    const details = { department: this.pick(['Ward', 'Kitchen']), position: null, category: null, zone };
    const about = { id, name: `Person ${n}`, email: `${id}@clinic.example`, roles: ['employee' as const] };
    await createPerson(await this.scope(), { ...about, ...details, staffNumber: null, weeklyMinutes: null });
    this.people.push(id);
    const scheduleId = this.pick(this.schedules);
    await assign(await this.scope(), { people: [id], scheduleId, validFrom: this.today });
  }

  /** One hour: people tap at random, and jobs run at times, also late. */
  async hour(): Promise<void> {
    for (let quarter = 0; quarter < 4; quarter += 1) {
      this.now += this.between(10, 15) * MINUTE + this.between(0, 59_999);
      for (const person of this.people) if (this.chance(0.16)) await this.tap(person);
    }
    if (this.chance(0.5)) await this.jobs();
  }

  async jobs(): Promise<void> {
    const ctx = createExecutionContext();
    await runJobs(edged(), ctx, this.now);
    await waitOnExecutionContext(ctx);
  }

  private async tap(person: string): Promise<void> {
    const found = await situationOf(person);
    if (!found) return;
    const scope = () => this.scope(person);
    await refusable(async () => {
      const comes = async () => (this.chance(0.3) ? checkIn(await scope(), uuidv7()) : undefined);
      if (found.id === null) return comes();
      const { id, inAt, outAt, unconfirmed, pause } = found;
      if (outAt !== null) {
        if (unconfirmed === 1 && this.chance(0.3))
          return confirmCheckOut(await scope(), { id, outAt: this.between(inAt, outAt) });
        return unconfirmed === 1 && this.chance(0.3) ? checkOut(await scope(), id) : comes();
      }
      if (pause !== null) return this.chance(0.6) ? endBreak(await scope(), pause) : undefined;
      if (this.chance(0.25))
        return startBreak(await scope(), { id: uuidv7(), recordId: id, kind: this.pick(['meal', 'rest']) });
      return this.now - inAt > 5 * HOUR && this.chance(0.5) ? checkOut(await scope(), id) : undefined;
    });
  }

  /** A random change of an admin that takes effect today or later. @returns its name */
  async presentChange(): Promise<string> {
    const scope = await this.scope();
    const person = this.pick(this.people);
    const before = await ask(scope.d1, personWith(scope.d1, person));
    const what = this.pick(['rules', 'week', 'assign', 'move', 'zone', 'rename', 'leave', 'return'] as const);
    const details = { ...before, staffNumber: null, seenAt: before.updatedAt ?? 0 };
    const { id: _id, roles: _roles, active: _active, photo: _photo, updatedAt: _at, ...form } = details;
    await refusable(async () => {
      if (what === 'rules') return setSettings(scope, { validFrom: this.today, settings: this.rules() });
      if (what === 'week')
        return setWeek(scope, this.pick(this.schedules), {
          validFrom: this.today,
          week: this.week(this.chance(0.5)),
        });
      if (what === 'assign')
        return assign(scope, {
          people: [person],
          scheduleId: this.pick([...this.schedules, null]),
          validFrom: this.today,
        });
      if (what === 'move')
        return editPerson(scope, person, { ...form, department: this.pick(['Ward', 'Kitchen', 'Office']) });
      if (what === 'zone') return editPerson(scope, person, { ...form, zone: this.pick(zones) });
      if (what === 'rename')
        return editPerson(scope, person, { ...form, name: `Person ${this.between(10, 99)}` });
      return what === 'leave' ? deactivate(scope, person) : reactivate(scope, person);
    });
    return what;
  }

  /** A supervisor marks a day of the last two weeks. */
  async mark(): Promise<void> {
    const status = this.pick(['on_leave', 'excused', null] as const);
    const date = addDays(this.today, -this.between(0, 10));
    await refusable(async () =>
      setMark(await this.scope(), this.pick(this.people), date, {
        status,
        note: null,
        countsEarly: this.chance(0.5),
      }),
    );
  }

  private rules(): Settings {
    return {
      ...defaultSettings(BERLIN),
      breakDeductions: this.pick([
        [],
        [{ afterMinutes: 360, minutes: 30 }],
        [
          { afterMinutes: 300, minutes: 15 },
          { afterMinutes: 540, minutes: 45 },
        ],
      ]),
      earlyArrival: this.pick(['counts', 'from_start']),
      overlongBreak: this.pick(['as_taken', 'allowance']),
      weeklyLimitMinutes: this.pick([null, 1_200]),
      checkOutWaitMinutes: this.pick([60, 300]),
      overtimeStepMinutes: this.pick([1, 15]),
    };
  }

  private week(night: boolean): Week {
    const start = night ? 22 : this.between(6, 10);
    const wall = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
    const shift = { start: wall(start), end: wall(start + 8), breakMinutes: this.pick([0, 30]) };
    const days = Array.from({ length: 7 }, (_, day) => (day < 5 ? shift : null));
    return { days, graceMinutes: null, earlyMinutes: 10, halfDayMinutes: 240 };
  }
}

type Situation = { id: null } | Latest;
type Latest = Pick<AttendanceRecord, 'id' | 'inAt' | 'outAt'> & { unconfirmed: number; pause: string | null };

/** A person's latest record, with its open break. */
const situationOf = (person: string) =>
  env.DB.prepare(
    `SELECT a.id, in_at AS inAt, out_at AS outAt, unconfirmed,
       (SELECT id FROM breaks WHERE record_id = a.id AND end_at IS NULL) AS pause
     FROM people LEFT JOIN attendance AS a ON a.person_id = people.id WHERE people.id = ?1 AND active
     ORDER BY in_at DESC LIMIT 1`,
  )
    .bind(person)
    .first<Situation>();

/** A refusal is an expected outcome. */
async function refusable(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
