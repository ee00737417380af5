/** Photos: who may set and see them, which bytes are stored, and that no orphan remains. */
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { AttendanceRecord } from '../../../../worker/contract/attendance/attendance';
import type { Person } from '../../../../worker/contract/people/people';
import { withoutMetadata } from '../../../../worker/people/photos/image';
import { setCheckInPhoto } from '../../../../worker/attendance/photo';
import { deleteOrphanedPhotos } from '../../../../worker/people/photos/store';
import type { Refusal } from '../../../../worker/refusal';
import { jpeg, png, SECRET, webp } from './pictures';
import {
  ask,
  checkIn,
  checkOut,
  everything,
  listening,
  newKey,
  scopeOf,
  type Someone,
  someone,
} from '../../workplace';

const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

describe('a picture', () => {
  it.each([
    ['JPEG', 'image/jpeg', jpeg()],
    ['PNG', 'image/png', png()],
    ['WebP', 'image/webp', webp()],
  ])('that is a %s is stored without its metadata', (_name, type, bytes) => {
    expect(text(bytes)).toContain(SECRET);
    const image = withoutMetadata(bytes);
    expect(image?.type).toBe(type);
    expect(text(image?.bytes ?? new Uint8Array())).not.toMatch(/GPS|Exif|EXIF|XMP|ICCP|Photoshop|tEXt/);
    expect(withoutMetadata(image?.bytes ?? new Uint8Array())).toEqual(image);
  });

  it('keeps every byte that draws', () => {
    expect(text(withoutMetadata(jpeg({ more: 5000 }))?.bytes ?? new Uint8Array())).toContain(
      '\u0007'.repeat(5000),
    );
    const kept = text(withoutMetadata(png())?.bytes ?? new Uint8Array());
    for (const name of ['IHDR', 'IDAT', 'IEND']) expect(kept).toContain(name);
    const extended = text(withoutMetadata(webp())?.bytes ?? new Uint8Array());
    expect(extended).toContain('VP8 ');
    expect(extended.charCodeAt(extended.indexOf('VP8X') + 8)).toBe(0x10); // transparency only
  });

  it.each([
    ['empty', new Uint8Array()],
    [
      'a drawing in SVG',
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ],
    ['a page that says it is a picture', new TextEncoder().encode('<html><script>alert(1)</script>')],
    ['a GIF', new TextEncoder().encode('GIF89a\u0001\u0000\u0001\u0000')],
    ['a JPEG that ends too early', jpeg().slice(0, 100)],
    ['a PNG without its end', png().slice(0, -40)],
    ['a WebP that promises more than it has', webp().slice(0, 60)],
    ['wider than 4,096 pixels', jpeg({ width: 4097 })],
    ['higher than 4,096 pixels', png({ height: 4097 })],
    ['a WebP too wide', webp({ width: 5000 })],
    ['of no width', png({ width: 0 })],
  ])('that is %s is refused', (_what, bytes) => {
    expect(withoutMetadata(bytes)).toBeUndefined();
  });

  it('of random bytes throws no error', () => {
    const heads = fc.constantFrom(jpeg(), png(), webp()).chain((whole) =>
      fc.tuple(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 })).map(([at, noise]) => {
        const bytes = whole.slice();
        bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), at);
        return bytes;
      }),
    );
    fc.assert(
      fc.property(heads, (bytes) => {
        const image = withoutMetadata(bytes);
        if (image) expect(withoutMetadata(image.bytes)).toEqual(image);
      }),
      { numRuns: 300 },
    );
  });
});

let [ben, eve, boss, admin] = [] as unknown as [Someone, Someone, Someone, Someone];
beforeAll(async () => {
  [ben, eve, boss, admin] = [
    await someone(),
    await someone(),
    await someone({ roles: ['supervisor'] }),
    await someone({ roles: ['admin'] }),
  ];
});

const send = (
  path: string,
  as: Someone,
  {
    bytes = jpeg(),
    type = 'image/jpeg',
    key = newKey(),
  }: { bytes?: Uint8Array<ArrayBuffer>; type?: string; key?: string } = {},
) => ask(path, { method: 'PUT', as, bytes, key, headers: { 'Content-Type': type } });

const stored = async () => (await env.PHOTOS.list()).objects.map(({ key }) => key);

/** Runs the job much later. */
const later = () => deleteOrphanedPhotos(scopeOf(admin, Date.now() + 3_600_000));

describe('a person’s photo', () => {
  const set = async (as = admin, more = {}) =>
    (await (await send(`/people/${ben.id}/photo`, as, more)).json<{ record: Person }>()).record.photo;

  it('is set by an admin, published to other admins and boards, and journalled', async () => {
    const [people, board] = [
      await listening(admin, 'admin.employees'),
      await listening(boss, 'admin.dashboard'),
    ];
    const photo = await set();
    await people.until(() => people.events.length > 0);
    expect(people.events[0]).toMatchObject({ type: 'person.updated', data: { id: ben.id, photo } });
    await board.until(() => board.events.some(({ type }) => type === 'roster.updated'));
    const entry = await env.DB.prepare('SELECT after FROM journal WHERE subject = ? ORDER BY id DESC')
      .bind(`person/${ben.id}`)
      .first<string>('after');
    expect(JSON.parse(entry ?? '{}')).toMatchObject({ photo });
    const { people: rows } = await (
      await ask('/attendance/board', { as: boss })
    ).json<{ people: Person[] }>();
    expect(rows.find(({ id }) => id === ben.id)?.photo).toBe(photo);
  });

  it('is visible to the person and to people who watch the board only', async () => {
    const path = `/people/${ben.id}/photo/${await set()}`;
    for (const as of [ben, boss, admin]) {
      const answer = await ask(path, { as });
      expect(answer.status).toBe(200);
      expect(withoutMetadata(new Uint8Array(await answer.arrayBuffer()))?.type).toBe('image/jpeg');
    }
    expect((await ask(path, { as: eve })).status).toBe(404);
    expect((await ask(path)).status).toBe(401);
  });

  it('is served as a picture only, and cached by that browser only', async () => {
    const { headers } = await ask(`/people/${ben.id}/photo/${await set()}`, { as: ben });
    expect(headers.get('Content-Type')).toBe('image/jpeg');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain('sandbox');
    expect(headers.get('Cache-Control')).toMatch(/^private/);
    expect(headers.get('Vary')).toContain('Cookie');
  });

  it('that was replaced is not found, and is deleted', async () => {
    const first = await set();
    const second = await set();
    expect((await ask(`/people/${ben.id}/photo/${first}`, { as: ben })).status).toBe(404);
    await later();
    expect((await stored()).filter((key) => key.includes(ben.id))).toEqual([`people/${ben.id}/${second}`]);
  });

  it('is removed by an admin, and deleted', async () => {
    const photo = await set();
    const answer = await ask(`/people/${ben.id}/photo`, { method: 'DELETE', as: admin, key: newKey() });
    expect(await answer.json()).toMatchObject({ record: { photo: null } });
    expect((await ask(`/people/${ben.id}/photo/${photo}`, { as: ben })).status).toBe(404);
    await later();
    expect((await stored()).filter((key) => key.includes(ben.id))).toEqual([]);
  });

  it('repeated with its key is set once, and the second copy is deleted', async () => {
    const key = newKey();
    const photo = await set(admin, { key });
    expect(await set(admin, { key })).toBe(photo);
    await later();
    expect((await stored()).filter((it) => it.includes(ben.id))).toEqual([`people/${ben.id}/${photo}`]);
    expect(
      (await send(`/people/${ben.id}/photo`, admin, { key, bytes: png(), type: 'image/png' })).status,
    ).toBe(422);
  });

  it('set by two admins at the same moment is one of the two', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send(`/people/${ben.id}/photo`, admin)));
    expect(answers.map(({ status }) => status).sort()[0]).toBe(200);
    const row = await env.DB.prepare('SELECT image FROM people WHERE id = ?')
      .bind(ben.id)
      .first<string>('image');
    await later();
    expect((await stored()).filter((it) => it.includes(ben.id))).toEqual([`people/${ben.id}/${row}`]);
  });

  it.each([
    ['not a picture', { bytes: Uint8Array.from([104, 105]), type: 'image/png' }, 415, 'not_a_photo'],
    ['SVG', { type: 'image/svg+xml' }, 415, 'not_a_photo'],
    ['JSON', { type: 'application/json' }, 415, 'not_a_photo'],
    ['more than 2 MB', { bytes: jpeg({ more: 2_100_000 }) }, 413, 'photo_too_large'],
    [
      'more than 64 KB that is no picture',
      { bytes: jpeg({ more: 70_000 }), type: 'text/plain' },
      413,
      'body_too_large',
    ],
    ['without a key', { key: '' }, 400, 'key_required'],
  ])('that is %s is refused, and nothing changes', async (_what, it, status, code) => {
    const before = [await everything(), await stored()];
    const answer = await send(`/people/${ben.id}/photo`, admin, it);
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([status, code]);
    expect([await everything(), await stored()]).toEqual(before);
  });

  it('of an unknown person is not found', async () => {
    expect((await send(`/people/${uuidv7()}/photo`, admin)).status).toBe(404);
  });

  it('that could not be stored changes nothing, and can be repeated', async () => {
    const broken = {
      ...env,
      PHOTOS: { put: () => Promise.reject(new Error('lost')) } as unknown as R2Bucket,
    };
    const key = newKey();
    const it = { method: 'PUT', as: admin, bytes: jpeg(), key, headers: { 'Content-Type': 'image/jpeg' } };
    const answer = await ask(`/people/${eve.id}/photo`, { ...it, env: broken });
    expect([answer.status, (await answer.json<{ code: string }>()).code]).toEqual([503, 'unavailable']);
    expect((await ask(`/people/${eve.id}/photo`, it)).status).toBe(200);
  });
});

describe('a check-in photo', () => {
  const arrive = async (as: Someone) =>
    (await (await checkIn(as)).json<{ record: AttendanceRecord }>()).record;

  it('is added to the person’s open record, and published to the person and to boards only', async () => {
    const dora = await someone();
    const record = await arrive(dora);
    const [own, board, everyone] = [
      await listening(dora, `user.${dora.id}`),
      await listening(boss, 'admin.dashboard'),
      await listening(eve, 'attendance'),
    ];
    const answer = await send(`/attendance/records/${record.id}/photo`, dora);
    const { photo } = (await answer.json<{ record: AttendanceRecord }>()).record;
    await own.until(() => own.events.length > 0);
    expect(own.events[0]).toMatchObject({ type: 'attendance.updated', data: { id: record.id, photo } });
    await board.until(() => board.events.length > 0);
    expect(board.events[0]).toMatchObject({ type: 'attendance.updated', data: { record: { photo } } });
    await checkOut(dora, record.id);
    await everyone.until(() => everyone.events.length > 0);
    expect(JSON.stringify(everyone.events)).not.toContain(photo);
    expect((await ask(`/attendance/records/${record.id}/photo/${photo}`, { as: dora })).status).toBe(200);
    expect((await ask(`/attendance/records/${record.id}/photo/${photo}`, { as: boss })).status).toBe(200);
    expect((await ask(`/attendance/records/${record.id}/photo/${photo}`, { as: eve })).status).toBe(404);
  });

  it('of another person’s record is not found, and nothing changes', async () => {
    const record = await arrive(await someone());
    const before = [await everything(), await stored()];
    expect((await send(`/attendance/records/${record.id}/photo`, eve)).status).toBe(404);
    expect((await send(`/attendance/records/${uuidv7()}/photo`, eve)).status).toBe(404);
    expect([await everything(), await stored()]).toEqual(before);
  });

  it('is accepted within exactly a quarter of an hour of the check-in', async () => {
    const dora = await someone();
    const record = await arrive(dora);
    const at = (ms: number) => setCheckInPhoto(scopeOf(dora, record.inAt + ms), record.id, jpeg().buffer);
    await at(900_000);
    const refusal = await at(900_001).then(
      () => undefined,
      (error: unknown) => (error as Refusal).code,
    );
    expect(refusal).toBe('photo_too_late');
  });

  it('is refused by a workplace that has switched it off', async () => {
    const dora = await someone();
    const record = await arrive(dora);
    const scope = scopeOf(dora, record.inAt, 'Europe/Berlin', { checkInPhoto: 'off' });
    const refusal = await setCheckInPhoto(scope, record.id, jpeg().buffer).then(
      () => undefined,
      (error: unknown) => (error as Refusal).code,
    );
    expect(refusal).toBe('photo_off');
  });

  it('that a check-out overtakes does not change the check-out', async () => {
    const dora = await someone();
    const record = await arrive(dora);
    const [, photo] = await Promise.all([
      checkOut(dora, record.id),
      send(`/attendance/records/${record.id}/photo`, dora),
    ]);
    expect([200, 409]).toContain(photo.status);
    const row = await env.DB.prepare('SELECT out_at AS outAt, photo FROM attendance WHERE id = ?')
      .bind(record.id)
      .first<{ outAt: number | null; photo: string | null }>();
    expect(row?.outAt).not.toBeNull();
    expect(row?.photo !== null).toBe(photo.status === 200);
  });
});

describe('the job', () => {
  it('does not delete a photo during its upload', async () => {
    const key = `people/${ben.id}/${uuidv7()}`;
    await env.PHOTOS.put(key, jpeg());
    await env.DB.prepare('INSERT INTO orphaned_photos VALUES (?, ?)').bind(key, Date.now()).run();
    await deleteOrphanedPhotos(scopeOf(admin, Date.now() + 60_000));
    expect(await stored()).toContain(key);
    await later();
    expect(await stored()).not.toContain(key);
  });
});
