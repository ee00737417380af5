/** Emails in one form each, so that one address is one account however it is typed. */
import * as v from 'valibot';

/** RFC 5321 §4.1.2, without quoted local parts, which mail systems do not give to people. */
const LOCAL = /^[a-z\d!#$%&'*+/=?^_`{|}~-]+(\.[a-z\d!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** The characters of a typed domain (RFC 5892 §2, and the full stops of UTS #46). `URL` accepts more: a port, a path, a tab. */
const TYPED_DOMAIN = /^(?:[\p{L}\p{M}\p{N}·・.。．｡-]|\p{Join_Control})+$/u;
/** RFC 1035 §2.3.4. A domain that ends in a number is an IP address. */
const DOMAIN = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+([a-z]{2,63}|xn--[a-z\d-]{0,58}[a-z\d])$/;

/** RFC 5321 §4.5.3.1: the local part, and the whole path without its brackets. */
const [MOST_LOCAL, MOST] = [64, 254];

/** Lower case, with the domain in ASCII (UTS #46); undefined if it is not an address. */
export function emailOf(typed: string): string | undefined {
  const text = typed.trim();
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), asciiDomain(text.slice(at + 1))];
  if (!LOCAL.test(local) || local.length > MOST_LOCAL || domain === undefined) return undefined;
  const email = `${local.toLowerCase()}@${domain}`;
  return email.length > MOST ? undefined : email;
}

function asciiDomain(typed: string): string | undefined {
  if (!TYPED_DOMAIN.test(typed)) return undefined;
  try {
    const { hostname } = new URL(`http://${typed}`);
    return DOMAIN.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

export const Email = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const email = emailOf(dataset.value);
    if (email !== undefined) return email;
    addIssue({ message: 'must be an email address' });
    return NEVER;
  }),
);
