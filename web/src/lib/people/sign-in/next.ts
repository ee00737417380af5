/**
 * Where to go after signing in: a path on this site, or the front page. Anything a browser could read as another site's
 * address (`//evil.example`, `/\evil.example`, `https:…`) is refused.
 */
export function nextPath(wanted: string | null | undefined, origin: string): string {
  if (!wanted?.startsWith('/')) return '/';
  const url = URL.parse(wanted, origin);
  // `/.//evil.example` keeps our origin, and its normalised path is another site's address.
  if (
    !url ||
    url.origin !== origin ||
    url.pathname.startsWith('//') ||
    /^\/(api|logout|login)(\/|$)/.test(url.pathname)
  )
    return '/';
  return url.pathname + url.search;
}

/** The sign-in page that comes back to `url`. */
export function loginPath(url: URL): string {
  const wanted = url.pathname + url.search;
  return wanted === '/' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`;
}
