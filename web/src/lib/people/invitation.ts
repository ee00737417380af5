/** An invitation's link: made in this page, so that the server never sees the token before somebody uses it. */
export async function newInvitation(origin: string): Promise<{ link: string; hash: string }> {
  const token = hex(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return { link: `${origin}/invite#${token}`, hash: hex(new Uint8Array(digest)) };
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
