/**
 * Text that people type, by one rule wherever it comes in: what is stored is what was sent, every file can hold it, and it
 * looks like what it is. What was stored before this rule is never refused: answers take any string, and files clean it.
 */
import * as v from 'valibot';

type Refused = readonly (readonly [kind: RegExp, words: string])[];

const lineBreaks = [/[\n\v\f\r\u0085\u2028\u2029]/, 'line breaks'] as const;
/** D1 changes lone surrogates and cuts at NUL; XML 1.0 §2.2 has no place for either; overrides show a text as another one. */
const always = [
  [/\p{Cs}/u, 'half a character'],
  [/\p{Noncharacter_Code_Point}/u, 'noncharacters'],
  [/[\u202A-\u202E\u2066-\u2069]/, 'characters that turn the direction of text'],
  [/[^\P{Cc}\n]/u, 'control characters'],
] as const satisfies Refused;

const ofLines: Refused = [lineBreaks, ...always];
const ofNotes: Refused = always;

/** Composed and without space around it. A tab is a space. */
const tidied = (text: string): string => text.replaceAll('\t', ' ').normalize('NFC').trim();

/** Every system's line breaks are one. */
const withPlainBreaks = (text: string): string => text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n');

const plain = (most: number, refused: Refused, tidy: (text: string) => string) =>
  v.pipe(
    v.string(),
    v.transform(tidy),
    v.check(
      (text) => troubleOf(text, refused) === undefined,
      ({ input }) => troubleOf(input, refused) ?? '',
    ),
    v.maxLength(most, `must have at most ${most.toLocaleString('en')} characters`),
  );

/** "must not contain control characters (U+001B)" */
function troubleOf(text: string, refused: Refused): string | undefined {
  for (const [kind, words] of refused) {
    const code = kind.exec(text)?.[0].codePointAt(0);
    if (code !== undefined) return `must not contain ${words} (${codePoint(code)})`;
  }
  return undefined;
}

const codePoint = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/** Something that is seen: a name of zero-width spaces is none. */
const SEEN = /[^\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

const filled = (text: string): boolean => text === '' || SEEN.test(text);

const EMPTY = 'must not be empty';

/** Text of one line, such as a name. @param most UTF-16 code units */
export const Line = (most: number, empty = EMPTY) =>
  v.pipe(plain(most, ofLines, tidied), v.minLength(1, empty), v.check(filled, empty));

/** Text that may have several lines. @param most and `least` UTF-16 code units */
export const Note = (most: number, least = 1, short = EMPTY) =>
  v.pipe(
    plain(most, ofNotes, (text) => tidied(withPlainBreaks(text))),
    v.minLength(least, short),
    v.check(filled, short),
  );

/** What somebody looks for; the empty string is anything. */
export const Search = (most: number) => plain(most, ofLines, tidied);

/** What a thing is called. */
export const Title = Line(120);

/** Why somebody did what others will ask about. */
export const Reason = Note(300, 3, 'must be at least 3 characters');

const UNSAFE = new RegExp(always.map(([kind]) => kind.source).join('|'), 'gu');

/** Text from before the rule, for a file: what no text may hold is shown as � (U+FFFD). */
export const cleaned = (text: string): string =>
  withPlainBreaks(text).replaceAll('\t', ' ').replaceAll(UNSAFE, '\uFFFD');

/**
 * Spreadsheets split a CSV file at the separator of their country, whatever the file's is: quotes within a field are then plain
 * characters, and what follows a separator or a line break begins a cell. The wide signs are those of East Asian keyboards.
 */
const FORMULA = /((?:^|[,;\t\n\r])[\s"]*)(?=[=+\-@＝＋－＠])/g;
const NUMBER = /^-?\d+(?::\d\d|\.\d+)?$/;

/** For a CSV file: every sign that would begin a formula has an apostrophe before it (OWASP, CSV injection). Numbers and durations stay. */
export const asText = (text: string): string => (NUMBER.test(text) ? text : text.replaceAll(FORMULA, "$1'"));

/** Why somebody changes hours: at least 5 characters (PRODUCT, part B). */
export const HoursReason = Note(500, 5, 'must be at least 5 characters');
