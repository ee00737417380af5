/** People who check in and out on phones, and boards that show it, while everything fails that can. */
import {
  BREAK,
  breakOfRow,
  type BreakRow,
  RECORD,
  recordOfRow,
  type RecordRow,
} from '../../../worker/attendance/records';
import { Device } from './Device';
import { hire, type Someone } from './people';
import { type Acknowledged, Phone } from './Phone';
import { Screen } from './Screen';
import type { Page } from './Page';
import {
  disturb,
  gap,
  heal,
  hush,
  mustBeAcknowledged,
  mustBeLive,
  mustHaveNoGaps,
  mustTakeEffectOnce,
  push,
} from './disturbances';
import type { World } from './World';

const STEPS = 40;

interface Seat {
  device: Device;
  person: Someone;
  tabs: Phone[];
}

export async function attendance(world: World): Promise<void> {
  const acknowledged: Acknowledged[] = [];
  const people = Array.from({ length: 3 }, (_, at) => hire(world, `Employee ${at + 1}`, ['employee']));
  const boss = hire(world, 'Supervisor', ['supervisor']);
  const seats = people.map((person): Seat => ({ device: new Device(world), person, tabs: [] }));
  const open = (seat: Seat): void => {
    const name = `phone ${people.indexOf(seat.person) + 1}.${seat.tabs.length + 1}`;
    seat.tabs.push(new Phone(seat.device, seat.person, name, acknowledged));
  };
  for (const seat of seats) open(seat);
  const screens = [1, 2].map((n) => new Screen(world, boss, `board ${n}`));
  await world.runFor(5_000);

  for (let step = 0; step < STEPS; step += 1) {
    const seat = world.pick(seats);
    const tab = world.pick(seat.tabs);
    const page: Page = world.random() < 0.6 ? tab : world.pick(screens);
    const what = world.random();
    if (what < 0.55) tab.act(() => tab.tap());
    else if (what < 0.61) {
      if (world.random() < 0.5 || seat.tabs.length > 1) replace(seat, tab);
      open(seat);
    } else if (what < 0.615) await hush(world, () => tab.act(() => tab.tap()));
    else disturb(world, page);
    await world.runFor(gap(world));
  }

  await heal(world, () => seats.every(({ device }) => device.unanswered === 0));
  for (const { device } of seats) {
    world.must(
      device.acts.every(({ refused }) => refused),
      'a tap still waits after all is well',
    );
    world.must(device.unanswered === 0, 'a tap got no answer');
  }
  for (const { tabs } of seats)
    for (const tab of tabs.slice(0, 1))
      await push(world, () => tab.act(() => void tab.day?.checkInOut.press()));
  check(world, { seats, screens, acknowledged });
}

function replace(seat: Seat, tab: Phone): void {
  tab.kill();
  seat.tabs.splice(seat.tabs.indexOf(tab), 1);
}

function check(
  world: World,
  of: { seats: readonly Seat[]; screens: readonly Screen[]; acknowledged: readonly Acknowledged[] },
): void {
  const records = world.db
    .rows<RecordRow>(`SELECT ${RECORD} FROM attendance ORDER BY in_at`)
    .map(recordOfRow);
  const breaks = world.db.rows<BreakRow>(`SELECT ${BREAK} FROM breaks ORDER BY start_at`).map(breakOfRow);
  const withBreaks = records.map((record) => ({
    record,
    breaks: breaks.filter(({ recordId }) => recordId === record.id),
  }));
  mustBeLive(world);
  for (const { person, tabs } of of.seats) {
    const own = withBreaks.filter(({ record }) => record.personId === person.id);
    for (const { day, owner } of tabs) {
      world.must(day !== undefined, `${owner.name} did not open`);
      world.same(day.recorded(day.today), own, `${owner.name} shows what the database does not have`);
    }
    for (const [at, { record }] of own.entries()) {
      const end = own[at - 1]?.record.outAt ?? 0;
      world.must(at === 0 || (end !== null && end <= record.inAt), 'two records of a person overlap');
    }
  }
  for (const { board, owner } of of.screens) {
    world.must(board !== undefined, `${owner.name} did not open`);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    world.same(board.records.toSorted(byId), records.toSorted(byId), `${owner.name} shows other records`);
    const shown = board.rows.flatMap((row) => row.breaks).sort(byId);
    world.same(shown, breaks.toSorted(byId), `${owner.name} shows other breaks`);
  }
  for (const { record, breaks: its } of withBreaks)
    for (const it of its) {
      const inside = it.startAt >= record.inAt && (it.endAt ?? it.startAt) <= (record.outAt ?? Infinity);
      world.must(inside, 'a break lies outside its record');
    }
  mustBeAcknowledged(world, of.acknowledged);
  mustTakeEffectOnce(world);
  const twice = world.db.rows(
    `SELECT 1 FROM journal WHERE action IN ('attendance.checked_in', 'attendance.checked_out', 'break.started', 'break.ended')
     GROUP BY subject, action HAVING count(*) > 1`,
  );
  world.must(twice.length === 0, 'a tap took effect twice');
  mustHaveNoGaps(world);
}
