import { newSecret, sha256 } from '$contract/secrets';

/** A screen's link: made in this page, so that the server never sees the token before a screen opens it. */
export async function newLink(origin: string): Promise<{ link: string; hash: string }> {
  const token = newSecret();
  return { link: `${origin}/display#${token}`, hash: await sha256(token) };
}
