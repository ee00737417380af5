import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sanitized, Line, Note, Reason, Search } from '../../worker/contract/text';
import { anything } from './texts';

type Text = ReturnType<typeof Note>;
const taken = (schema: Text, text: string): string => v.parse(schema, text);
const words = (schema: Text, text: string): string[] => {
  const result = v.safeParse(schema, text);
  return result.success ? [] : result.issues.map(({ message }) => message);
};

describe('a line of text', () => {
  it.each([
    ['an apostrophe', "Sean O'Brien", "Sean O'Brien"],
    ['letters of any script', 'Łukasz Ðorđe, Ольга, 山田太郎, นภา', 'Łukasz Ðorđe, Ольга, 山田太郎, นภา'],
    ['Persian with its joiner', 'می\u200Cخواهم', 'می\u200Cخواهم'],
    ['Hebrew with a mark of direction', 'שלום\u200F!', 'שלום\u200F!'],
    ['an emoji of several', '\u{1F469}\u200D\u{1F52C}\u2764\uFE0F', '\u{1F469}\u200D\u{1F52C}\u2764\uFE0F'],
    ['a letter and its accent, as one letter', 'Cafe\u0301', 'Caf\u00E9'],
    ['space around it, without it', ' \u00A0\uFEFF Ana\n', 'Ana'],
    ['a tab, as a space', 'Ana\tKovač', 'Ana Kovač'],
    ['a character that could not be read', 'J\uFFFDrgen', 'J\uFFFDrgen'],
    ['what a formula begins with', '=1+1', '=1+1'],
  ])('takes %s', (_what, text, as) => {
    expect(taken(Line(40), text)).toBe(as);
  });

  it.each([
    ['NUL', 'a\u0000b', 'must not contain control characters (U+0000)'],
    ['ESC', 'a\u001Bb', 'must not contain control characters (U+001B)'],
    ['DEL', 'a\u007Fb', 'must not contain control characters (U+007F)'],
    ['a C1 control', 'a\u009Bb', 'must not contain control characters (U+009B)'],
    ['a line feed', 'a\nb', 'must not contain line breaks (U+000A)'],
    ['a carriage return', 'a\rb', 'must not contain line breaks (U+000D)'],
    ['NEL', 'a\u0085b', 'must not contain line breaks (U+0085)'],
    ['a line separator', 'a\u2028b', 'must not contain line breaks (U+2028)'],
    ['RLO', 'a\u202Eb', 'must not contain characters that turn the direction of text (U+202E)'],
    ['an isolate', 'a\u2066b', 'must not contain characters that turn the direction of text (U+2066)'],
    ['a high surrogate alone', 'a\uD800b', 'must not contain half a character (U+D800)'],
    ['a low surrogate alone', 'a\uDC00', 'must not contain half a character (U+DC00)'],
    ['a pair the wrong way round', '\uDE00\uD83D', 'must not contain half a character (U+DE00)'],
    ['U+FFFE', 'a\uFFFEb', 'must not contain noncharacters (U+FFFE)'],
    ['U+FDD0', 'a\uFDD0b', 'must not contain noncharacters (U+FDD0)'],
    ['U+1FFFF', 'a\u{1FFFF}b', 'must not contain noncharacters (U+1FFFF)'],
    ['nothing', '', 'must not be empty'],
    ['spaces', ' \u2003 ', 'must not be empty'],
    ['what nobody sees', '\u200B\u2060\u00AD', 'must not be empty'],
    ['more than fits', 'x'.repeat(41), 'must have at most 40 characters'],
  ])('refuses %s, and says so', (_what, text, message) => {
    expect(words(Line(40), text)).toEqual([message]);
  });
});

describe('a note', () => {
  it('has plain line breaks for those of every system', () => {
    expect(taken(Note(40), 'a\r\nb\rc\u2028d\n\ne')).toBe('a\nb\nc\nd\n\ne');
  });

  it.each(['\u0000', '\u001B', '\u0085', '\v', '\u202D', '\uD83D', '\uFFFF'])(
    'refuses what a line refuses but line breaks: %j',
    (character) => {
      expect(words(Note(40), `a${character}\nb`)).toEqual([
        expect.stringMatching(/^must not contain .+ \(U\+/),
      ]);
    },
  );

  it('with a reason has a least length', () => {
    expect(words(Reason, ' no ')).toEqual(['must be at least 3 characters']);
    expect(words(Note(2_000), 'x'.repeat(2_001))).toEqual(['must have at most 2,000 characters']);
  });
});

it('a search may be empty, and is composed as stored text is', () => {
  expect(v.parse(Search(80), ' ')).toBe('');
  expect(v.parse(Search(80), 'Cafe\u0301')).toBe('Caf\u00E9');
  expect(v.safeParse(Search(80), 'a\u0000').success).toBe(false);
});

describe('any text', () => {
  it('that is accepted is accepted again unchanged, in JSON and in UTF-8', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const first = v.safeParse(Note(100), text);
        if (!first.success) return;
        const sent = JSON.parse(JSON.stringify(first.output)) as string;
        expect(taken(Note(100), sent)).toBe(first.output);
        expect(
          new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new TextEncoder().encode(sent)),
        ).toBe(first.output);
      }),
      { numRuns: 2_000 },
    );
  });

  it('sanitized holds nothing that a file cannot, and accepted text is unchanged', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const shown = sanitized(text);
        expect(shown).toMatch(/^[\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
        expect(shown).not.toMatch(/\p{Noncharacter_Code_Point}|[\u202A-\u202E\u2066-\u2069]/u);
        const result = v.safeParse(Note(100), text);
        if (result.success) expect(sanitized(result.output)).toBe(result.output);
      }),
      { numRuns: 2_000 },
    );
  });

  it('sanitized shows � for each removed character', () => {
    expect(sanitized('a\u0000b\uD800c\u{1FFFF}d\u202Ee\r\nf\tg')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\nf g');
  });
});
