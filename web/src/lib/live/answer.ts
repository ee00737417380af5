import { Denied } from './network';

/** Signed out, no longer allowed, or a screen's link that was revoked. */
const FINAL: readonly number[] = [401, 403, 410];

/**
 * What the server answers when a live page asks for its snapshot anew.
 * @throws Denied where trying again would be of no use; any other error when the server is not reached
 */
export async function answerOf<T>(
  asking: Promise<{ ok: boolean; status: number; json(): Promise<T> }>,
): Promise<T> {
  const answer = await asking;
  if (FINAL.includes(answer.status)) throw new Denied(`${answer.status}`);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}
