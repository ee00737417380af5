/**
 * The path to open after sign-in, or the front page. An open redirect would help phishing, so anything that a browser
 * could read as another site (`//evil.example`, `/\evil.example`, `https:…`) is refused.
 */
export function nextPath(path: string | null | undefined, origin: string): string {
  if (!path?.startsWith('/')) return '/';
  const url = URL.parse(path, origin);
  // `/.//evil.example` has our origin, but its normalised path starts with `//`.
  if (
    !url ||
    url.origin !== origin ||
    url.pathname.startsWith('//') ||
    /^\/(api|logout|login)(\/|$)/.test(url.pathname)
  )
    return '/';
  return url.pathname + url.search;
}

/** The sign-in page, with the way back to `url`. */
export function loginPath(url: URL): string {
  const path = url.pathname + url.search;
  return path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`;
}
