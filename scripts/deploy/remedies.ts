/** What to do about a failure of Cloudflare's API or of wrangler, by its text. */

const RIGHTS = 'Account Settings: Read, D1: Edit, Workers R2 Storage: Edit, Workers Scripts: Edit';

export const notSignedIn = `You are not signed in to Cloudflare. Run: npx wrangler login. Without a browser, set CLOUDFLARE_API_TOKEN to a token with these rights on your account: ${RIGHTS}.`;

/** The first pattern that fits counts. Codes are Cloudflare's, as wrangler prints them. */
const remedies: readonly [pattern: RegExp, words: string][] = [
  [
    /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|timeout|unreachable/i,
    'Cloudflare could not be reached. Check the network and the proxy, then run the same command again.',
  ],
  [
    /code: 100328\]|not supported for the free plan/i,
    'This account has no Workers Paid plan, which Muster needs. Choose it in the dashboard under Workers & Pages, Plans (from 5 dollars a month), then run the same command again.',
  ],
  [
    /code: 10042\]|enable R2/i,
    'R2 is not enabled in this account. Open R2 in the dashboard once and accept its terms (10 GB are free), then run the same command again.',
  ],
  [
    /workers\.dev subdomain|code: 10063\]/i,
    'This account has no workers.dev address yet. Open Workers & Pages in the dashboard once and choose one, then run the same command again.',
  ],
  [
    /invalid (api|access) token|code: (1000|1001|6003)\]|token.*expired|expired.*token|status 401/i,
    'The token is not valid or has expired. Run: npx wrangler login, or make a new CLOUDFLARE_API_TOKEN.',
  ],
  [
    /code: (10000|9109)\]|authentication error|unauthori[sz]ed|status 403/i,
    `The sign-in lacks a right. Give the token these rights on this account: ${RIGHTS}. With wrangler login, ask the account’s owner.`,
  ],
  [
    /code: (7502|10004|10073)\]|already exists/i,
    'That name is taken in this account. Choose another one in wrangler.toml, then run the same command again.',
  ],
  [
    /status 429|code: (971|10013)\]|rate.?limit/i,
    'Cloudflare asks to wait. Run the same command again in five minutes.',
  ],
  [
    /status 5\d\d/,
    'Cloudflare has a fault. See www.cloudflarestatus.com, and run the same command again later.',
  ],
];

/** @returns the text, and below it what to do, if we know. Of wrangler's output only its error counts. */
export function withRemedy(text: string): string {
  const error = text.slice(Math.max(text.indexOf('ERROR'), 0));
  const words = remedies.find(([pattern]) => pattern.test(error))?.[1];
  return words === undefined ? text : `${text.trimEnd()}\n\n${words}`;
}
