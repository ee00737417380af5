/** One try to send an act: what the server's answer means for the line, and what is never sent. */
import { SENT_AT } from '$contract/tap';
import type { Act } from '$lib/outbox/act';
import { send } from '$lib/outbox/send';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { problemOf } from '../problems';
import { idOf } from '../World';

const act: Act = {
  v: 1,
  act: 'attendance/check-in',
  key: idOf(9),
  person: idOf(1),
  tappedAt: 5,
  body: { id: idOf(2) },
};
const asked = vi.fn<typeof fetch>();
beforeEach(() => {
  asked.mockReset();
  vi.stubGlobal('fetch', asked);
  vi.stubGlobal('dispatchEvent', () => true);
});
afterAll(() => void vi.unstubAllGlobals());
const answer = (status: number, body: unknown = null, headers = {}) =>
  asked.mockResolvedValue(new Response(JSON.stringify(body), { status, headers }));

it('sends who tapped and when, its key, and the device’s time', async () => {
  answer(200, { receipt: 1 });
  expect(await send(act, () => 7)).toEqual({ kind: 'confirmed', body: { receipt: 1 } });
  const [path, { headers, body } = {}] = asked.mock.calls[0] ?? [];
  expect(path).toBe('/api/v1/attendance/check-in');
  expect(headers).toMatchObject({ 'Idempotency-Key': act.key, [SENT_AT]: '7' });
  expect(JSON.parse(body as string)).toEqual({ id: idOf(2), tapped: { v: 1, person: act.person, at: 5 } });
});

it.each([
  ['attendance/check-out'],
  ['attendance/break-start'],
  ['attendance/break-end'],
  [`sessions/${idOf(3)}/offline-scans`],
])('sends the declared act %s', async (path) => {
  answer(200);
  await send({ ...act, act: path }, Date.now);
  expect(asked).toHaveBeenCalledOnce();
});

it.each([
  ['people', act.key],
  ['attendance/check-in/../../people', act.key],
  ['attendance/check-in?as=admin', act.key],
  [`sessions/${idOf(3)}/offline-scans/../lock`, act.key],
  ['//elsewhere.example/attendance/check-in', act.key],
  [act.act, 'a key\nof two lines'],
  [act.act, ''],
])(
  'never sends the undeclared act %j with the key %j: it is refused, so that the line goes on',
  async (path, key) => {
    expect(await send({ ...act, act: path, key }, Date.now)).toMatchObject({ kind: 'refused' });
    expect(asked).not.toHaveBeenCalled();
  },
);

it.each([
  [401, problemOf('not_signed_in'), true],
  [409, problemOf('another_person'), true],
  [429, problemOf('too_many_tries'), false],
  [500, problemOf('internal'), false],
  [503, null, false],
])('waits after %i', async (status, body, signedOut) => {
  answer(status, body, { 'Retry-After': '30' });
  expect(await send(act, Date.now)).toEqual({ kind: 'later', signedOut, after: 30_000 });
});

it('waits without an answer', async () => {
  asked.mockRejectedValue(new TypeError('Failed to fetch'));
  expect(await send(act, Date.now)).toEqual({ kind: 'later', signedOut: false });
});

it('takes any other refusal as final', async () => {
  answer(409, problemOf('period_closed'));
  expect(await send(act, Date.now)).toMatchObject({ kind: 'refused', problem: { code: 'period_closed' } });
});
