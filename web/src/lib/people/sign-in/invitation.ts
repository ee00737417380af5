import { newSecret, sha256 } from '$contract/secrets';

/** Makes an invitation's link in the browser: the server gets only the hash, so it cannot leak the token. */
export async function newInvitation(origin: string): Promise<{ link: string; hash: string }> {
  const token = newSecret();
  return { link: `${origin}/invite#${token}`, hash: await sha256(token) };
}
