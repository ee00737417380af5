import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Email, emailOf } from '../../worker/contract/email';

describe('an email', () => {
  it.each([
    ["o'brien@example.com", "o'brien@example.com"],
    ['ana+till@example.com', 'ana+till@example.com'],
    ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    [' UPPER@Case.com\u00A0', 'upper@case.com'],
    ['a@münchen.de', 'a@xn--mnchen-3ya.de'],
    ['a@mu\u0308nchen.de', 'a@xn--mnchen-3ya.de'],
    ['A@MÜNCHEN.DE', 'a@xn--mnchen-3ya.de'],
    ['a@XN--MNCHEN-3YA.de', 'a@xn--mnchen-3ya.de'],
    ['x@пример.рф', 'x@xn--e1afmkfd.xn--p1ai'],
    ['a@例え。jp', 'a@xn--r8jz45g.jp'],
    [`${'a'.repeat(64)}@a.b-c.example`, `${'a'.repeat(64)}@a.b-c.example`],
  ])('%s is one, as %s', (typed, as) => {
    expect(v.parse(Email, typed)).toBe(as);
    expect(emailOf(as)).toBe(as);
  });

  it.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@localhost',
    'a@@example.com',
    'a b@example.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    '"a"@example.com',
    'ü@example.com',
    '\u212Aim@example.com',
    'a\u0000@example.com',
    'a@exa\tmple.com',
    'a@example.com:25',
    'a@example.com/x',
    'a@example.com?x',
    'a@exam%70le.com',
    'a@exam_ple.com',
    'a@-example.com',
    'a@example..com',
    'a@example.com.',
    'a@127.0.0.1',
    'a@1.2',
    'a@[::1]',
    'a@\uD800.de',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'bcd.'.repeat(63)}com`,
  ])('%j is none', (typed) => {
    const result = v.safeParse(Email, typed);
    expect(result.issues?.map(({ message }) => message)).toEqual(['must be an email address']);
  });
});
