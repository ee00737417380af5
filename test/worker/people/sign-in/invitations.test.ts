import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ask, everything, listening, newKey, signedIn, type Someone, someone } from '../../workplace';

const hex = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A link's token and its hash, as the inviting page creates them. */
async function token() {
  const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
  return { secret, hash: hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))) };
}

const invite = (as: Someone, id: string, hash: string, key = newKey()) =>
  ask(`/people/${id}/invitation`, { as, json: { hash }, key });
const accept = (secret: string, password = 'a harbour at dawn') =>
  ask('/invitations/accept', { json: { token: secret, password } });
const signIn = (email: string, password = 'a harbour at dawn') =>
  ask('/session', { json: { email, password } });
const codeOf = async (answer: Response) => [answer.status, (await answer.json<{ code: string }>()).code];
const admin = () => someone({ roles: ['admin'] });

describe('an invitation', () => {
  it('lets a person choose a password, signs them in, and is spent', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const { secret, hash } = await token();
    expect((await invite(ana, ben.id, hash)).status).toBe(200);
    const accepted = await accept(secret);
    expect(accepted.status).toBe(200);
    expect(accepted.headers.getSetCookie().join()).toContain('muster=');
    expect(await accepted.json()).toMatchObject({ id: ben.id });
    expect((await signIn(ben.email)).status).toBe(200);
    expect(await codeOf(await accept(secret, 'another password'))).toEqual([410, 'invitation_spent']);
    expect((await signIn(ben.email, 'another password')).status).toBe(401);
  });

  it('of one of a hundred people at one address is accepted, with 99 wrong links before: what succeeds is no try', async () => {
    const [ana, address] = [await admin(), '192.0.2.77'];
    const key = `address:${address}`;
    await env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, 99, ?)')
      .bind(key, Date.now() + 60_000)
      .run();
    const from = (secret: string) =>
      ask('/invitations/accept', {
        json: { token: secret, password: 'a harbour at dawn' },
        headers: { 'CF-Connecting-IP': address },
      });
    for (let n = 0; n < 3; n += 1) {
      const { secret, hash } = await token();
      await invite(ana, (await someone()).id, hash);
      expect((await from(secret)).status).toBe(200);
    }
    const tries = () => env.DB.prepare('SELECT count FROM tries WHERE key = ?').bind(key).first('count');
    expect(await tries()).toBe(99);
    const wrong = (await token()).secret;
    expect([(await from(wrong)).status, (await from(wrong)).status, await tries()]).toEqual([410, 429, 100]);
  });

  it('ends with the next one, and after its time', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const [first, second, third] = [await token(), await token(), await token()];
    await invite(ana, ben.id, first.hash);
    await invite(ana, ben.id, second.hash);
    expect(await codeOf(await accept(first.secret))).toEqual([410, 'invitation_spent']);
    expect((await accept(second.secret)).status).toBe(200);
    await invite(ana, ben.id, third.hash);
    await env.DB.prepare('UPDATE invitations SET expires_at = ?1 WHERE hash = ?2')
      .bind(Date.now() - 1, third.hash)
      .run();
    expect(await codeOf(await accept(third.secret))).toEqual([410, 'invitation_spent']);
  });

  it('for a person with a password replaces it and ends the earlier sessions', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const [first, second] = [await token(), await token()];
    await invite(ana, ben.id, first.hash);
    await accept(first.secret);
    const session = await signedIn(ben.id);
    const socket = await listening(session, `user.${ben.id}`);
    await invite(ana, ben.id, second.hash);
    expect((await accept(second.secret, 'quite another one')).status).toBe(200);
    await socket.until(() => socket.closed !== undefined);
    expect((await ask('/me', { as: session })).status).toBe(401);
    expect((await signIn(ben.email)).status).toBe(401);
    expect((await signIn(ben.email, 'quite another one')).status).toBe(200);
  });

  it('is refused for a deactivated person, before or after its creation', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const { secret, hash } = await token();
    await invite(ana, ben.id, hash);
    await ask(`/people/${ben.id}/deactivate`, { as: ana, json: {}, key: newKey() });
    expect(await codeOf(await accept(secret))).toEqual([410, 'invitation_spent']);
    expect(await codeOf(await invite(ana, ben.id, (await token()).hash))).toEqual([409, 'deactivated']);
  });

  it('is accepted by one of two racing requests', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const { secret, hash } = await token();
    await invite(ana, ben.id, hash);
    const answers = await Promise.all([
      accept(secret, 'the first of them'),
      accept(secret, 'the second one'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it('stores its token neither in the database nor in the journal, and a guess changes nothing', async () => {
    const [ana, ben] = [await admin(), await someone()];
    const { secret, hash } = await token();
    await invite(ana, ben.id, hash);
    const before = await everything();
    expect(JSON.stringify(before)).not.toContain(secret);
    expect(JSON.stringify(before.journal)).not.toContain(hash);
    expect(await codeOf(await accept(hash))).toEqual([410, 'invitation_spent']);
    expect((await accept('short')).status).toBe(400);
    expect((await accept(secret, 'too short')).status).toBe(400);
    expect(await everything()).toEqual(before);
  });
});
