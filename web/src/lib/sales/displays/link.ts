import { newSecret, sha256 } from '$contract/secrets';

/** Makes a screen's link in the page: the server sees the token only when a screen opens the link. */
export async function newLink(origin: string): Promise<{ link: string; hash: string }> {
  const token = newSecret();
  return { link: `${origin}/display#${token}`, hash: await sha256(token) };
}
