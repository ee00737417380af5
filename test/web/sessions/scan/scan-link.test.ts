/** Which texts of a QR code are a session’s link. */
import { describe, expect, it } from 'vitest';
import { linkIn } from '$lib/sessions/scan/link';

const origin = 'https://harbour.example';
const id = '0199e0b4-7c1a-7d20-8f3e-2b6a1c9d4e5f';
const token = 'aB3-_xYz0123456789abcd';

describe('a scanned code', () => {
  it('is a session’s link of this site', () => {
    expect(linkIn(`${origin}/s/${id}?t=${token}`, origin)).toEqual({ id, token });
  });

  it.each([
    ['a word', 'hello'],
    ['nothing', ''],
    ['another site’s link', `https://evil.example/s/${id}?t=${token}`],
    ['a site whose name begins like ours', `${origin}.evil.example/s/${id}?t=${token}`],
    ['ours as another’s user name', `https://harbour.example@evil.example/s/${id}?t=${token}`],
    ['the same without encryption', `http://harbour.example/s/${id}?t=${token}`],
    ['another page of ours', `${origin}/admin/people/${id}?t=${token}`],
    ['a page below', `${origin}/s/${id}/live?t=${token}`],
    ['a session that is none', `${origin}/s/../admin?t=${token}`],
    ['a link without a token', `${origin}/s/${id}`],
    ['a script', `javascript:alert("${token}")`],
  ])('is not %s', (_what, text) => {
    expect(linkIn(text, origin)).toBeUndefined();
  });
});
