import { newSecret, sha256 } from '$contract/secrets';

/** An invitation's link: made in this page, so that the server never sees the token before somebody uses it. */
export async function newInvitation(origin: string): Promise<{ link: string; hash: string }> {
  const token = newSecret();
  return { link: `${origin}/invite#${token}`, hash: await sha256(token) };
}
