/** What `scope.commit` gives every mutation: retries, one effect for each key, and answers of earlier changes. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { query, row } from '../../../worker/db/queries';
import { askerOf } from '../../../worker/people/sign-in/sessions';
import { Refusal } from '../../../worker/refusal';
import { Scope } from '../../../worker/scope';
import { type Asker, Session } from '../../../worker/session';
import { newKey, scopeOf, type Someone, someone } from '../workplace';

interface Counted {
  name: string;
}

/** Increments a person's name, which is a number, by compare-and-set. */
const countUp = (scope: Scope, { id }: Someone, refuse?: (name: string, me: Asker) => void) =>
  scope.commit({
    subject: `person/${id}`,
    action: 'person.updated',
    facts: (d1) => row<Counted>(d1, 'SELECT name FROM people WHERE id = ?1', [id]),
    decide(found, me) {
      const name = found?.name ?? '';
      refuse?.(name, me);
      return {
        write: query('UPDATE people SET name = ?3 WHERE id = ?1 AND name = ?2', [
          id,
          name,
          String(Number(name) + 1),
        ]),
        before: found,
        after: { name: String(Number(name) + 1) },
      };
    },
  });

const nameOf = ({ id }: Someone) =>
  env.DB.prepare('SELECT name FROM people WHERE id = ?').bind(id).first<string>('name');

const rename = ({ id }: Someone, name: string) =>
  env.DB.prepare('UPDATE people SET name = ?2 WHERE id = ?1').bind(id, name).run();

/** A scope whose first try meets that conflict. */
function losing(person: Someone, conflict: () => Promise<unknown>, scope = scopeOf(person, 1)): Scope {
  const attempt = scope.attempt.bind(scope);
  scope.attempt = async () => {
    scope.attempt = attempt;
    await conflict();
    return undefined;
  };
  return scope;
}

/** The scope of a request with the person's cookie. */
async function signedIn({ cookie }: Someone): Promise<Scope> {
  const [token = ''] = decodeURIComponent(cookie.replace('muster=', '')).split('.');
  const session = new Session(token, askerOf(env.DB, token, env.WORKPLACE_ZONE));
  await session.confirm(env.DB);
  return new Scope(env, createExecutionContext(), { session });
}

const keyed = (scope: Scope, value = newKey(), fingerprint = 'body') =>
  scope.with({ key: { value, fingerprint } });

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
}

describe('a mutation', () => {
  it('takes effect once for each of many concurrent requests', async () => {
    const ben = await someone({ name: '0' });
    await Promise.all(Array.from({ length: 25 }, () => countUp(scopeOf(ben, 1), ben)));
    expect(await nameOf(ben)).toBe('25');
  });

  it('gives up after five seconds of conflicts', async () => {
    const ben = await someone({ name: '0' });
    const scope = scopeOf(ben, 1);
    let tries = 0;
    const started = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => started + tries * 1_000);
    scope.attempt = async () => {
      tries += 1;
      await rename(ben, `${tries}`);
      return undefined;
    };
    expect(await codeOf(countUp(scope, ben))).toBe('changed_meanwhile');
    clock.mockRestore();
    expect(tries).toBe(5);
  });

  it('gives up at once where the same facts are refused again and again', async () => {
    const ben = await someone({ name: '0' });
    const scope = scopeOf(ben, 1);
    let tries = 0;
    scope.attempt = () => Promise.resolve(((tries += 1), undefined));
    expect(await codeOf(countUp(scope, ben))).toBe('changed_meanwhile');
    expect(tries).toBe(4);
    expect(await nameOf(ben)).toBe('0');
  });

  it('commits nothing for a person whose account ended between two tries', async () => {
    const ben = await someone({ name: '0' });
    const scope = losing(
      ben,
      () => env.DB.prepare('UPDATE people SET active = 0, name = 7 WHERE id = ?').bind(ben.id).run(),
      await signedIn(ben),
    );
    expect(await codeOf(scope.asPresent('self.use', () => countUp(scope, ben)))).toBe('not_signed_in');
    expect(await nameOf(ben)).toBe('7');
  });

  it('starts again, with the right checked again, when the person’s roles change between two tries', async () => {
    const ben = await someone({ name: '0', roles: ['cashier'] });
    const change = (roles: string) => () =>
      env.DB.prepare('UPDATE people SET roles = ?2, name = 7 WHERE id = ?1').bind(ben.id, roles).run();
    const seen: string[] = [];
    const counting = (scope: Scope) => () => countUp(scope, ben, (_name, me) => seen.push(me.roles.join()));
    const still = losing(ben, change('["admin"]'), await signedIn(ben));
    await still.asPresent('orders.sell', counting(still));
    expect(seen).toEqual(['cashier', 'admin']);
    const lost = losing(ben, change('["employee"]'), await signedIn(ben));
    expect(await codeOf(lost.asPresent('orders.sell', counting(lost)))).toBe('not_allowed');
    expect(await nameOf(ben)).toBe('7');
  });

  it('returns no first answer to a person who has lost the right', async () => {
    const ben = await someone({ name: '0' });
    const scope = keyed(scopeOf(ben, 1));
    await countUp(scope, ben);
    const lost = countUp(scope, ben, () => {
      throw new Refusal('not_allowed');
    });
    expect(await codeOf(lost)).toBe('not_allowed');
  });

  it('takes effect once when repeated, and returns its first answer', async () => {
    const ben = await someone({ name: '0' });
    const scope = keyed(scopeOf(ben, 1));
    const first = await countUp(scope, ben);
    expect(await countUp(scope, ben)).toEqual(first);
    expect(await nameOf(ben)).toBe('1');
  });

  it('returns its first answer when repeated, although it would be refused now', async () => {
    const ben = await someone({ name: '0' });
    const onlyFromZero = (name: string): void => {
      if (name !== '0') throw new Refusal('changed_meanwhile');
    };
    const scope = keyed(scopeOf(ben, 1));
    const first = await countUp(scope, ben, onlyFromZero);
    expect(await countUp(scope, ben, onlyFromZero)).toEqual(first);
    expect(await codeOf(countUp(keyed(scopeOf(ben, 1)), ben, onlyFromZero))).toBe('changed_meanwhile');
  });

  it('is refused with the key of another request', async () => {
    const ben = await someone({ name: '0' });
    const key = newKey();
    await countUp(keyed(scopeOf(ben, 1), key), ben);
    expect(await codeOf(countUp(keyed(scopeOf(ben, 1), key, 'another body'), ben))).toBe('key_reused');
    expect(await nameOf(ben)).toBe('1');
  });

  it('returns the first entry of a change made before, and binds its key to it', async () => {
    const ben = await someone({ name: '0' });
    const first = await countUp(scopeOf(ben, 1), ben);
    const scope = keyed(scopeOf(ben, 1));
    const again = () =>
      scope.commit({
        subject: `person/${ben.id}`,
        action: 'person.updated',
        facts: (d1) => row(d1, 'SELECT 1'),
        decide: () => ({ done: 'person.updated' }),
      });
    expect(await again()).toEqual(first);
    await countUp(scopeOf(ben, 1), ben);
    expect(await countUp(scope, ben)).toEqual(first);
    expect(await nameOf(ben)).toBe('2');
  });
});
