/** Files as people have them. */
import { describe, expect, it } from 'vitest';
import { type FileRow, headingRow, rowsOf, textOf, Unreadable } from '$lib/imports/reading';

const utf8 = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;
const latin1 = (text: string): Uint8Array => Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)));
const utf16 = (text: string, little: boolean): Uint8Array =>
  Uint8Array.from(
    [...text].flatMap((letter) => {
      const code = letter.charCodeAt(0);
      return little ? [code & 0xff, code >> 8] : [code >> 8, code & 0xff];
    }),
  );
const known = (heading: string) => ['name', 'email', 'department'].includes(heading.toLowerCase());

describe('a file’s letters', () => {
  const text = 'Name,Email\r\nJürgen Müßig,j@example.com\r\n';

  it.each<[string, Uint8Array]>([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with a byte order mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['Windows-1252', latin1(text)],
    ['UTF-16, little end first, with a mark', utf16(`\ufeff${text}`, true)],
    ['UTF-16, big end first, with a mark', utf16(`\ufeff${text}`, false)],
    ['UTF-16 without a mark', utf16(text, true)],
    ['UTF-16, big end first, without a mark', utf16(text, false)],
  ])('are read in %s', (_what, bytes) => {
    expect(textOf(bytes)).toBe(text);
  });

  it.each<[string, Uint8Array]>([
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
    ['bytes that Windows-1252 does not know', latin1('Name\x81,Email\x8d')],
    ['letters that were lost before', new TextEncoder().encode('J\ufffdrgen')],
  ])('of %s are refused in words', (_what, bytes) => {
    expect(() => textOf(bytes)).toThrow(Unreadable);
    expect(() => textOf(bytes)).toThrow('CSV UTF-8');
  });
});

describe('a file’s rows', () => {
  const row = (line: number, ...cells: string[]): FileRow => ({ line, cells });

  it.each([',', ';', '\t', '|'])('are parted by %j', async (separator) => {
    const text = [
      ['Name', 'Email'],
      ['Ada', 'a@example.com'],
      ['Ben', 'b@example.com'],
    ].map((cells) => cells.join(separator));
    expect(await rowsOf(utf8(text.join('\n')))).toEqual([
      row(1, 'Name', 'Email'),
      row(2, 'Ada', 'a@example.com'),
      row(3, 'Ben', 'b@example.com'),
    ]);
  });

  it('are parted as a sep= line says', async () => {
    expect(await rowsOf(utf8('sep=;\r\nName;Email\r\nAda, B;a@example.com'))).toEqual([
      row(2, 'Name', 'Email'),
      row(3, 'Ada, B', 'a@example.com'),
    ]);
  });

  it('keep their lines of the file, past quoted line breaks and empty lines; a line break within a cell is one space', async () => {
    const text = 'Name,Email,Department\n"Ada\nOkafor",ada.i@example.com,Ward\n\nBad Row,not-an-email,Ward\n';
    expect(await rowsOf(utf8(text))).toEqual([
      row(1, 'Name', 'Email', 'Department'),
      row(2, 'Ada Okafor', 'ada.i@example.com', 'Ward'),
      row(5, 'Bad Row', 'not-an-email', 'Ward'),
    ]);
  });

  it('lose white space of every kind around their cells', async () => {
    const [, found] = await rowsOf(utf8('Name,Email\n Nbsp\u00a0 Y ,\u00a0nbsp@example.com\u00a0'));
    expect(found?.cells).toEqual(['Nbsp Y', 'nbsp@example.com']);
  });

  it('have their headings found below title rows, and where none is known in the widest row', async () => {
    const titled = await rowsOf(utf8('Staff list 2026,,\n,,\nName,Email,Department\nAda,a@example.com,Ward'));
    expect(titled[headingRow(titled, known)]?.line).toBe(3);
    const foreign = await rowsOf(utf8('Liste\nNom,Courriel\nAda,a@example.com'));
    expect(foreign[headingRow(foreign, known)]?.line).toBe(2);
  });
});
