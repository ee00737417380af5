/** The text of a file. Programs seldom state the encoding, so an uncertain one is refused. */

/** The message says why the file cannot be read. */
export class Unreadable extends Error {}

export interface Decoded {
  text: string;
  /** A word for the person to check, if the text encoding was guessed. */
  guessedBy?: string;
}

const AGAIN = 'Save it as “CSV UTF-8” and choose it again.';

/** @throws Unreadable */
export function decoded(bytes: Uint8Array): Decoded {
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]))
    throw new Unreadable(`This is a workbook or an archive, not a text file. ${AGAIN}`);
  const encoding = encodingOf(bytes);
  const text = attempt(bytes, encoding);
  if (text === undefined && (encoding !== 'utf-8' || startsWith(bytes, UTF8_MARK)))
    throw new Unreadable(`Part of this file is damaged. ${AGAIN}`);
  const read = text ?? attempt(bytes, 'windows-1252') ?? '';
  refuseNonText(read);
  if (text !== undefined) return { text };
  const doubtful = DOUBTFUL.exec(read);
  if (doubtful)
    throw new Unreadable(
      `This file doesn’t state its text encoding. Line ${lineAt(read, doubtful.index)} would read “${wordAt(read, doubtful.index)}”. ${AGAIN}`,
    );
  return { text: read, guessedBy: wordAt(read, read.search(/[^\0-\x7F]/)) };
}

function attempt(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

/** By the byte order mark, else by the positions of zero bytes: much of every list of people is ASCII. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  const start = bytes.subarray(0, 4_096);
  const even = start.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const odd = start.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const many = start.length / 8;
  if (odd > many && even < odd / 20) return 'utf-16le';
  if (even > many && odd < even / 20) return 'utf-16be';
  return 'utf-8';
}

/** Refuses control characters, and U+FFFD, which another program left for a letter that it could not read. */
function refuseNonText(text: string): void {
  // eslint-disable-next-line no-control-regex
  const at = text.search(/[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/);
  if (at >= 0)
    throw new Unreadable(
      `This is not a text file: line ${lineAt(text, at)} contains a control character (U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}). ${AGAIN}`,
    );
  const lost = text.indexOf('\uFFFD');
  if (lost >= 0)
    throw new Unreadable(
      `Characters were lost when this file was saved: line ${lineAt(text, lost)} reads “${wordAt(text, lost)}”. Save it again from the original, as “CSV UTF-8”.`,
    );
}

/**
 * Every byte is valid in windows-1252, so other encodings decode to nonsense: a sign inside a word (“Pawe³” is Paweł in
 * windows-1250), three accented letters in a row (Cyrillic, Greek, Chinese), a capital after a small letter (Macintosh), or
 * “Ã” before a non-letter (damaged UTF-8).
 */
const DOUBTFUL =
  /\p{L}{2}[¹³]|\p{L}[¤¥£¼¾¿¯¦¬]|[£¥¯¼¾¦¤]\p{Ll}|[À-ÖØ-öø-ÿ]{3}|\p{Ll}[ŠŽŸŒ]|\p{L}[§‡†ˆ‰]\p{L}|[ÂÃ][^\p{L}\s.,;|"-]|Ã[ŸŒœŠšŽž]/u;

const lineAt = (text: string, index: number): number => text.slice(0, index).split(/\r\n?|\n/).length;

/** At most 20 characters before it and 20 from it: a search for the end of a longer text takes the square of its length. */
function wordAt(text: string, index: number): string {
  const before = /[^\s,;|"]*$/.exec(text.slice(Math.max(0, index - 20), index))?.[0] ?? '';
  const after = /^[^\s,;|"]*/.exec(text.slice(index, index + 20))?.[0] ?? '';
  return `${before}${after}`;
}
