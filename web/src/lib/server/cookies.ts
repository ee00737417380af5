import type { Cookies } from '@sveltejs/kit';
import { parseSetCookie } from 'set-cookie-parser';

/** Passes cookies that the API sets on to the browser, when a page's action calls the API. */
export function passCookies(answer: { headers: Headers }, cookies: Cookies): void {
  for (const cookie of parseSetCookie(answer.headers.getSetCookie(), { decodeValues: false })) {
    const { name, value, path = '/', sameSite, secure = false, httpOnly = false, ...rest } = cookie;
    cookies.set(name, value, {
      ...rest,
      path,
      secure,
      httpOnly,
      sameSite: sameSiteOf(sameSite),
      encode: (text) => text,
    });
  }
}

function sameSiteOf(value = 'lax'): 'lax' | 'strict' | 'none' {
  const lower = value.toLowerCase();
  return lower === 'strict' || lower === 'none' ? lower : 'lax';
}
