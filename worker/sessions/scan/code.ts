/** The rotating code of a session, computed from its secret and the current slot. The secret never leaves the Worker. */
import type { Code } from '../../contract/sessions/sessions';
import type { SessionRow } from '../rows';
import { goodSlots, GRACE_MS, slotAt, TYPED_GRACE_MS, TYPED_MS } from './slots';

type Coded = Pick<SessionRow, 'id' | 'secret' | 'strict' | 'turn' | 'startedAt' | 'periodSeconds'>;

/** The code for a host's screen; null while the code is hidden or no one may scan. */
export async function codeOf(
  session: Coded & Pick<SessionRow, 'state' | 'shown' | 'lockedAt'>,
  now: number,
): Promise<Code> {
  const periodMs = session.periodSeconds * 1000;
  const { slot, leftMs } = slotAt(session.startedAt ?? now, periodMs, now);
  const visible = session.state === 'active' && session.shown === 1 && session.lockedAt === null;
  const typedSlot = slotAt(session.startedAt ?? now, TYPED_MS, now).slot;
  return {
    kind: 'code',
    token: visible ? await tokenOf(session, slot) : null,
    typed: visible ? await typedOf(session, typedSlot) : null,
    leftMs,
    periodMs,
  };
}

/** The slot of a scanned token: the current one, or the previous one within the grace period; undefined for any other token. */
export async function slotOf(session: Coded, token: string, now: number): Promise<number | undefined> {
  const slots = goodSlots(session.startedAt ?? now, session.periodSeconds * 1000, now, GRACE_MS);
  const tokens = slots.map((slot) => tokenOf(session, slot));
  return slots[await among(token, tokens)];
}

export const tokenHolds = async (session: Coded, token: string, now: number): Promise<boolean> =>
  (await slotOf(session, token, now)) !== undefined;

/** Whether typed digits are the current ones, or the previous ones within the grace period. */
export async function typedHolds(session: Coded, typed: string, now: number): Promise<boolean> {
  const slots = goodSlots(session.startedAt ?? now, TYPED_MS, now, TYPED_GRACE_MS);
  const codes = slots.map((slot) => typedOf(session, slot));
  return (await among(typed, codes)) >= 0;
}

/** 132 bits as 22 letters. In strict mode it includes the turn, so a used code stops working. */
async function tokenOf(session: Coded, slot: number): Promise<string> {
  const mac = await hmac(session, `scan ${session.id} ${session.strict ? session.turn : ''} ${slot}`);
  return btoa(String.fromCharCode(...mac))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
}

async function typedOf(session: Coded, slot: number): Promise<string> {
  const mac = await hmac(session, `type ${session.id} ${session.strict ? session.turn : ''} ${slot}`);
  const number = new DataView(mac.buffer).getUint32(0) % 1_000_000;
  return String(number).padStart(6, '0');
}

async function hmac({ secret }: Coded, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text)));
}

/** Compares with every candidate in constant time, so timing reveals nothing. @returns the index, or −1 */
async function among(given: string, makings: readonly Promise<string>[]): Promise<number> {
  const made = await Promise.all(makings);
  return made.map((each) => sameText(given, each)).indexOf(true);
}

function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let at = 0; at < a.length; at += 1) differs |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return differs === 0;
}
