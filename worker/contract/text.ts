/**
 * The one rule for text that people type: it is stored as sent, every file format can hold it, and it looks like what it is.
 * Text stored before this rule is never refused: answers accept any string, and files sanitize it.
 */
import * as v from 'valibot';

type Forbidden = readonly (readonly [kind: RegExp, words: string])[];

const lineBreaks = [/[\n\v\f\r\u0085\u2028\u2029]/, 'line breaks'] as const;
/** D1 changes lone surrogates and cuts at NUL; XML 1.0 §2.2 forbids both; overrides make a text look like another. */
const always = [
  [/\p{Cs}/u, 'half a character'],
  [/\p{Noncharacter_Code_Point}/u, 'noncharacters'],
  [/[\u202A-\u202E\u2066-\u2069]/, 'characters that turn the direction of text'],
  [/[^\P{Cc}\n]/u, 'control characters'],
] as const satisfies Forbidden;

const ofLines: Forbidden = [lineBreaks, ...always];
const ofNotes: Forbidden = always;

/** Composed (NFC), trimmed, with spaces for tabs. */
const normalized = (text: string): string => text.replaceAll('\t', ' ').normalize('NFC').trim();

const withPlainBreaks = (text: string): string => text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n');

const plain = (most: number, forbidden: Forbidden, normalize: (text: string) => string) =>
  v.pipe(
    v.string(),
    v.transform(normalize),
    v.check(
      (text) => problemOf(text, forbidden) === undefined,
      ({ input }) => problemOf(input, forbidden) ?? '',
    ),
    v.maxLength(most, `must have at most ${most.toLocaleString('en')} characters`),
  );

/** "must not contain control characters (U+001B)" */
function problemOf(text: string, forbidden: Forbidden): string | undefined {
  for (const [kind, words] of forbidden) {
    const code = kind.exec(text)?.[0].codePointAt(0);
    if (code !== undefined) return `must not contain ${words} (${codePoint(code)})`;
  }
  return undefined;
}

const codePoint = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/** A visible character: zero-width spaces alone are no name. */
const VISIBLE = /[^\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

const filled = (text: string): boolean => text === '' || VISIBLE.test(text);

const EMPTY = 'must not be empty';

/** Text of one line, such as a name. @param most UTF-16 code units */
export const Line = (most: number, empty = EMPTY) =>
  v.pipe(plain(most, ofLines, normalized), v.minLength(1, empty), v.check(filled, empty));

/** Text that may have several lines. @param most and `least` UTF-16 code units */
export const Note = (most: number, least = 1, short = EMPTY) =>
  v.pipe(
    plain(most, ofNotes, (text) => normalized(withPlainBreaks(text))),
    v.minLength(least, short),
    v.check(filled, short),
  );

/** A search query; empty matches everything. */
export const Search = (most: number) => plain(most, ofLines, normalized);

export const Title = Line(120);

export const Reason = Note(300, 3, 'must be at least 3 characters');

const UNSAFE = new RegExp(always.map(([kind]) => kind.source).join('|'), 'gu');

/** For a file, text from before the rule: forbidden characters become � (U+FFFD). */
export const sanitized = (text: string): string =>
  withPlainBreaks(text).replaceAll('\t', ' ').replaceAll(UNSAFE, '\uFFFD');

/**
 * Spreadsheets split a CSV file at their country's separator: then quotes within a field are plain characters, and the text after
 * any separator or line break begins a cell. East Asian keyboards type the wide signs.
 */
const FORMULA = /((?:^|[,;\t\n\r])[\s"]*)(?=[=+\-@＝＋－＠])/g;
const NUMBER = /^-?\d+(?::\d\d|\.\d+)?$/;

/** For a CSV file: puts an apostrophe before each sign that begins a formula (OWASP, CSV injection), except in numbers and durations. */
export const asText = (text: string): string => (NUMBER.test(text) ? text : text.replaceAll(FORMULA, "$1'"));

/** Why a person changes hours. */
export const HoursReason = Note(500, 5, 'must be at least 5 characters');
