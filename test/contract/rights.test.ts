import { describe, expect, it } from 'vitest';
import {
  channelKinds,
  channelsOf,
  parseChannel,
  pollEvery,
  sessionChannel,
  userChannel,
} from '$contract/channels';
import { mayListen } from '$contract/listeners';
import { addDays, dateIn } from '$contract/zones';
import type { Role } from '$contract/roles';
import type { Settings } from '$contract/settings/settings';
import { problemCodes, problems } from '$contract/errors';

const id = '01a1fb95-a2d3-703e-9912-257fbb69536f';

describe('a channel’s name', () => {
  it('parses back to its kind and owner', () => {
    for (const kind of ['user', 'session'])
      expect(parseChannel(`${kind}.${id}`)).toEqual({ name: `${kind}.${id}`, kind, owner: id });
    for (const kind of channelKinds.filter((it) => it !== 'user' && it !== 'session'))
      expect(parseChannel(kind)).toEqual({ name: kind, kind });
  });

  it('that is unknown does not parse', () => {
    for (const name of ['', 'user', 'user.', 'session', 'session.', 'toString', 'admin', `user.${id}.x`])
      expect(parseChannel(name)).toBeUndefined();
  });

  it('has an interval for polling', () => {
    expect([pollEvery('attendance'), pollEvery('admin.dashboard'), pollEvery('admin.employees')]).toEqual([
      30_000, 60_000, 120_000,
    ]);
    expect([pollEvery(`user.${id}`), pollEvery(sessionChannel(id)), pollEvery('sessions')]).toEqual([
      30_000, 30_000, 120_000,
    ]);
  });
});

it('a person may listen exactly to their channels', () => {
  const open = { boardVisibleTo: 'everyone' } as const;
  const heard = (roles: Role[], settings: Pick<Settings, 'boardVisibleTo'> = open) =>
    [...channelsOf(id), sessionChannel(id)].filter((name) => mayListen({ id, roles }, name, settings, false));
  expect(heard(['employee'])).toEqual(['attendance', 'presence', 'sessions', `user.${id}`]);
  expect(heard(['member'])).toEqual(['sessions', `user.${id}`]);
  expect(heard(['member', 'employee'])).toEqual(heard(['employee']));
  expect(heard(['supervisor'])).toEqual([
    ...['attendance', 'admin.dashboard', 'presence', 'sessions', `user.${id}`],
  ]);
  expect(heard(['employee'], { boardVisibleTo: 'supervisors' })).toEqual([
    ...['presence', 'sessions', `user.${id}`],
  ]);
  expect(heard(['admin'])).toContain(sessionChannel(id));
  expect(mayListen({ id, roles: ['host'] }, sessionChannel(id), open, true)).toBe(true);
  expect(mayListen({ id, roles: ['employee'] }, sessionChannel(id), open, true)).toBe(false);
  expect(heard(['supervisor'], { boardVisibleTo: 'supervisors' })).toEqual(heard(['supervisor']));
  expect(mayListen({ id, roles: ['admin'] }, userChannel(id.replace('0', '1')), open, false)).toBe(false);
});

it('every problem has a 4xx or 5xx status and a full sentence', () => {
  for (const code of problemCodes) {
    const [status, title] = problems[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*\.$/);
  }
});

describe('a date', () => {
  it.each([
    ['2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-10-25T00:59:59Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-24T21:59:59Z', 'Europe/Berlin', '2026-10-24'],
    ['2026-12-31T23:30:00Z', 'Pacific/Kiritimati', '2027-01-01'],
  ])('of %s in %s is %s', (at, zone, date) => expect(dateIn(zone, Date.parse(at))).toBe(date));

  it('advances over months, leap days and clock changes', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-29', 1)).toBe('2026-03-30');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  });
});
