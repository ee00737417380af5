import { Id } from '$contract/values';
import * as v from 'valibot';

/** The session and token in a QR code's text, if it is a session's link of this site. */
export function linkIn(text: string, origin: string): { id: string; token: string } | undefined {
  const url = URL.parse(text);
  if (url?.origin !== origin) return undefined;
  const id = /^\/s\/([^/]+)$/.exec(url.pathname)?.[1];
  const token = url.searchParams.get('t');
  return v.is(Id, id) && token ? { id, token } : undefined;
}
