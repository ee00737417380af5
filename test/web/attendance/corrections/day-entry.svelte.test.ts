/** One day entered for many people, on a fake server: the requests and the outcomes. */
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { BoardPerson } from '$contract/attendance/attendance';
import type { EnterDay, EnteredDay } from '$contract/attendance/corrections/proposals';
import type { ApiClient } from '$lib/api';
import { DayEntry, MOST } from '$lib/attendance/corrections/DayEntry.svelte';

const DATE = '2026-11-10';
const me = uuidv7();
const person = (name: string, department: string | null = 'Nursing', id = uuidv7()): BoardPerson => ({
  id,
  name,
  department,
  position: null,
  category: null,
  photo: null,
});

const kinds = [
  { kind: 'meal', name: 'Meal', minutes: 30 },
  { kind: 'smoke', name: 'Smoke', minutes: 10 },
];
const namesakes = new Map<string, string>();

/** Answers each request in turn; one without an answer is lost. */
function setUp(people: readonly BoardPerson[], ...answers: ((input: EnterDay) => EnteredDay | undefined)[]) {
  const sent: { json: EnterDay; key: string }[] = [];
  const post = ({ json }: { json: EnterDay }, { headers }: { headers: Record<string, string> }) => {
    sent.push({ json, key: headers['Idempotency-Key'] ?? '' });
    const answer = (answers[sent.length - 1] ?? allEntered)(json);
    if (!answer) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(answer) });
  };
  const api = { attendance: { days: { $post: post } } } as unknown as ApiClient;
  const board = { date: DATE, people: [...people], breakKinds: kinds, zone: 'Europe/Berlin' };
  const entry = new DayEntry(board, { api, me, namesakes });
  entry.reason = 'The terminal was broken';
  return { entry, sent };
}

const allEntered = ({ people }: EnterDay): EnteredDay => ({
  people: people.map(({ personId }) => ({ personId, outcome: 'entered', why: null })),
});
const dayOf = (date: string, people: readonly BoardPerson[], breakKinds = kinds) => ({
  date,
  people: [...people],
  breakKinds,
});
const idsOf = ({ json }: { json: EnterDay }) => json.people.map(({ id }) => id);

describe('the people to choose from', () => {
  const people = [person('Ana Álvarez'), person('Ben Baker', 'Kitchen'), person('Me', 'Nursing', me)];

  it('are found by name without accents and by department, without the supervisor', () => {
    const { entry } = setUp(people);
    expect(entry.found.map(({ name }) => name)).toEqual(['Ana Álvarez', 'Ben Baker']);
    entry.search = 'alvarez';
    expect(entry.found.map(({ name }) => name)).toEqual(['Ana Álvarez']);
    entry.search = '';
    entry.department = 'Kitchen';
    entry.chooseFound();
    entry.department = '';
    expect(entry.chosen).toEqual([people[1]?.id]);
  });

  it('who share a name show their staff number or email, and are found by it', () => {
    const [one, other] = [person('Maria Santos'), person('Maria Santos')];
    namesakes.set(one.id, '1001').set(other.id, 'maria@harbour.example');
    const { entry } = setUp([one, other]);
    expect(entry.nameOf(one.id)).toBe('Maria Santos (1001)');
    expect(entry.nameOf(other.id)).toBe('Maria Santos (maria@harbour.example)');
    entry.search = 'santos 1001';
    expect(entry.found).toEqual([one]);
  });

  it('have departments in the order of names', () => {
    const { entry } = setUp(['Zoo', 'ärzte', 'Łaski', 'Ward 10', 'Ward 9'].map((of) => person('Ana', of)));
    expect(entry.departments).toEqual(['ärzte', 'Łaski', 'Ward 9', 'Ward 10', 'Zoo']);
  });

  it('are those of another date once it is shown', () => {
    const { entry } = setUp(people);
    entry.chooseFound();
    entry.show(dayOf('2026-11-09', [people[1] as BoardPerson]));
    expect(entry.date).toBe('2026-11-09');
    expect(entry.chosen).toEqual([people[1]?.id]);
  });

  it('are at most fifty in one entry', () => {
    const { entry } = setUp(Array.from({ length: MOST + 1 }, (_, n) => person(`Nurse ${n}`)));
    entry.chooseFound();
    expect(entry.chosen).toHaveLength(51);
    expect(entry.ready).toBe(false);
    entry.chosen = entry.chosen.slice(1);
    expect(entry.ready).toBe(true);
  });
});

it('an entry is not ready without a person, a reason or times', () => {
  const { entry } = setUp([person('Ana')]);
  expect(entry.ready).toBe(false);
  entry.chooseFound();
  entry.reason = '  no  ';
  expect(entry.ready).toBe(false);
  entry.reason = 'The terminal was broken';
  entry.records = [];
  expect(entry.ready).toBe(false);
  entry.removes = true;
  expect(entry.ready).toBe(true);
});

it('removing sends no records, and keeps the typed ones', async () => {
  const { entry, sent } = setUp([person('Ana')]);
  entry.chooseFound();
  entry.removes = true;
  expect(await entry.send()).toBe(true);
  expect(sent[0]?.json.records).toEqual([]);
  expect(entry.records).toHaveLength(1);
});

describe('a local time', () => {
  const on = (date: string, start: string, end: string) => {
    const { entry } = setUp([person('Ana')]);
    entry.date = date;
    const [record] = entry.records;
    if (!record) throw new Error('there is no record');
    record.start = start;
    record.end = end;
    return { entry, record, about: (second = false) => entry.about(record, { time: record.end, second }) };
  };

  it('that is not after the start is on the next day', () => {
    expect(on('2026-11-10', '22:00', '06:00').about().besides).toBe('Next day');
    expect(on('2026-11-10', '09:00', '17:00').about()).toEqual({
      besides: undefined,
      twice: false,
      trouble: undefined,
    });
  });

  it('that comes twice asks which one it is, also on the next day', () => {
    expect(on('2026-10-25', '01:00', '02:30').about().twice).toBe(true);
    expect(on('2026-10-24', '23:00', '02:30').about()).toMatchObject({ twice: true, besides: 'Next day' });
    expect(on('2026-10-24', '01:00', '02:30').about().twice).toBe(false);
  });

  it('in the same hour as the start may be the second one on the same day', () => {
    const { about } = on('2026-10-25', '02:30', '02:15');
    expect(about()).toMatchObject({ twice: true, besides: 'Next day' });
    expect(about(true)).toMatchObject({ twice: true, besides: undefined });
  });

  it('that the clock skipped is an error', () => {
    expect(on('2026-03-28', '22:00', '02:30').about().trouble).toContain('Europe/Berlin');
    expect(on('2026-03-28', '22:00', '03:30').about().trouble).toBeUndefined();
  });

  it('is sent with the choice between the two', async () => {
    const { entry, sent } = setUp([person('Ana')]);
    entry.chooseFound();
    if (entry.records[0]) entry.records[0].secondEnd = true;
    await entry.send();
    expect(sent[0]?.json.records[0]).toMatchObject({ secondStart: false, secondEnd: true });
  });
});

it('a break gets the first kind, and a kind that exists on the date', () => {
  const { entry } = setUp([person('Ana')]);
  const [record] = entry.records;
  if (!record) throw new Error('there is no record');
  entry.addBreak(record);
  entry.addBreak(record);
  if (record.breaks[1]) record.breaks[1].kind = 'smoke';
  expect(record.breaks.map(({ kind }) => kind)).toEqual(['meal', 'smoke']);
  entry.show(dayOf('2026-11-09', [], kinds.slice(0, 1)));
  expect(record.breaks.map(({ kind }) => kind)).toEqual(['meal', 'meal']);
});

describe('a lost answer', () => {
  it('keeps the ids and the key, so that nothing is entered twice', async () => {
    const { entry, sent } = setUp([person('Ana'), person('Ben')], () => undefined);
    entry.chooseFound();
    expect(await entry.send()).toBe(false);
    expect(entry.command.message).toContain('nothing is done twice');
    expect(entry.chosen).toHaveLength(2);
    expect(await entry.send()).toBe(true);
    const [first, again] = sent;
    if (!first || !again) throw new Error('it was not sent twice');
    expect(again).toEqual(first);
    expect(new Set(idsOf(first)).size).toBe(2);
  });

  it('keeps a person’s id when one more person is chosen', async () => {
    const [ana, ben] = [person('Ana'), person('Ben')];
    const { entry, sent } = setUp([ana, ben], () => undefined);
    entry.chosen = [ana.id];
    await entry.send();
    entry.chosen = [ana.id, ben.id];
    await entry.send();
    expect(sent[1] && idsOf(sent[1])[0]).toBe(sent[0] && idsOf(sent[0])[0]);
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
  });

  it.each([
    ['time', (entry: DayEntry) => entry.records[0] && (entry.records[0].end = '18:00')],
    ['reason', (entry: DayEntry) => (entry.reason = 'The door log says so')],
    ['date', (entry: DayEntry) => entry.show(dayOf('2026-11-09', entry.found))],
    ['break', (entry: DayEntry) => entry.records[0] && entry.addBreak(entry.records[0])],
  ])('followed by another %s gets new ids and a new key', async (_, change) => {
    const { entry, sent } = setUp([person('Ana')], () => undefined);
    entry.chooseFound();
    await entry.send();
    change(entry);
    await entry.send();
    const [first, other] = sent;
    if (!first || !other) throw new Error('it was not sent twice');
    expect(idsOf(other)).not.toEqual(idsOf(first));
    expect(other.key).not.toBe(first.key);
  });
});

it('each person has an outcome, and refused people stay chosen', async () => {
  const [ana, ben] = [person('Ana'), person('Ben')];
  const { entry } = setUp([ana, ben], () => ({
    people: [
      { personId: ana.id, outcome: 'entered', why: null },
      { personId: ben.id, outcome: 'refused', why: 'These times overlap.' },
    ],
  }));
  entry.chooseFound();
  await entry.send();
  expect(entry.outcomes?.map(({ personId, why }) => [entry.nameOf(personId), why])).toEqual([
    ['Ana', null],
    ['Ben', 'These times overlap.'],
  ]);
  expect(entry.chosen).toEqual([ben.id]); // for another try
  entry.show(dayOf('2026-11-09', [ana, ben]));
  expect(entry.outcomes).toBeUndefined();
});

it('an answered entry gets new ids when it is sent again', async () => {
  const { entry, sent } = setUp([person('Ana')]);
  entry.chooseFound();
  await entry.send();
  entry.chooseFound();
  await entry.send();
  expect(sent[1] && idsOf(sent[1])).not.toEqual(sent[0] && idsOf(sent[0]));
});
