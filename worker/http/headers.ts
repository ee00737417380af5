/** The headers of every answer of the API, which serves nothing that a page could run. No cache keeps an answer unless it says so. */
const SAFE = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Referrer-Policy': 'no-referrer',
};
const OVER_TLS = { ...SAFE, 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' };

/** @param url the request's */
export const safeHeaders = (url: string): Readonly<Record<string, string>> =>
  url.startsWith('https:') ? OVER_TLS : SAFE;
