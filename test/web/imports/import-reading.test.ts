/** Real files, byte by byte: their rows, line numbers and headings, or why they are refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mappingOf } from '$lib/imports/headings';
import { readFile } from '$lib/imports/reading';
import { COLUMNS, columnsOf, fullName, resolveNames } from '$lib/people/columns';

const columns = columnsOf(COLUMNS);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, bigEndian = false): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};
/** Each character is one byte. */
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Name, email and department of each line below the headings. */
function linesOf(bytes: Uint8Array): [line: number, name: string, email: string, department: string][] {
  const { rows, headings } = readFile(bytes, columns);
  const named = rows[headings]?.cells ?? [];
  const mapping = resolveNames(mappingOf(named, columns));
  return rows.slice(headings + 1).map(({ line, cells }) => {
    const cell = (column: string) => cells[mapping[column] ?? -1] ?? '';
    return [line, fullName(cell), cell('email'), cell('department')];
  });
}
const fileOf = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'files', name));

describe('a file from a real program', () => {
  it.each([
    ['a_cp1252.csv', [[2, 'Jürgen Müßig', 'juergen.a@example.com', 'Küche']]],
    ['e_sep.csv', [[3, 'Jürgen Müßig', 'juergen.e@example.com', 'Küche']]],
    ['f_title.csv', [[4, 'Jürgen Müßig', 'juergen.f@example.com', 'Küche']]],
    [
      'i_quotednl.csv',
      [
        [2, 'Ada Okafor', 'ada.i@example.com', 'Ward'],
        [5, 'Bad Row', 'not-an-email', 'Ward'],
      ],
    ],
    ['n_firstlast.csv', [[2, 'Jane Doe', 'jane.n@example.com', 'Ward']]],
    [
      'o_emails.csv',
      [
        [2, "Sean O'Brien", "o'brien@example.com", 'W'],
        [3, 'Idn Person', 'a@xn--mnchen-3ya.de', 'W'],
        [4, 'Up Per', 'UPPER@Case.com', 'W'],
        [5, 'Up Per Two', 'upper@case.com', 'W'],
        [6, 'Space Y', 'space@example.com', 'W'],
        [7, 'Nbsp Y', 'nbsp@example.com', 'W'],
      ],
    ],
    [
      's_roles.csv',
      [
        [2, 'Ada Okafor', 'ada.s@example.com', ''],
        [3, 'Ben Cole', 'ben.s@example.com', ''],
        [4, 'Cy Dunn', 'cy.s@example.com', ''],
        [5, 'Di Eze', 'di.s@example.com', ''],
      ],
    ],
  ])('%s keeps its letters and line numbers', (name, lines) => {
    expect(linesOf(fileOf(name))).toEqual(lines);
  });
});

describe('letters', () => {
  const text = 'Name;Email;Department\r\nZoë Łuková;zoe@example.org;Čajovna\r\n';
  const lines = [[2, 'Zoë Łuková', 'zoe@example.org', 'Čajovna']];

  it.each([
    ['UTF-8', utf8(text)],
    ['UTF-8 with a byte order mark', utf8(`\uFEFF${text}`)],
    ['UTF-16, little end first', utf16(`\uFEFF${text}`)],
    ['UTF-16, big end first', utf16(`\uFEFF${text}`, true)],
    ['UTF-16 without a mark', utf16(text)],
    ['UTF-16, big end first, without a mark', utf16(text, true)],
  ])('in %s are read unchanged', (_, bytes) => {
    expect(linesOf(bytes)).toEqual(lines);
    expect(readFile(bytes, columns).guessedBy).toBeUndefined();
  });

  it('in windows-1252 are read, with a word for the person to check', () => {
    const bytes = latin('Name;Email\nRen\xe9e O\x92Neill \x8atefan \x9cuvre;r@example.org\n');
    expect(linesOf(bytes)[0]?.[1]).toBe('Renée O’Neill Štefan œuvre');
    expect(readFile(bytes, columns).guessedBy).toBe('Renée');
  });

  it.each([
    [
      'windows-1250 (Paweł)',
      latin('Name,Email\nPawe\xb3 Nowak,p@example.org\n'),
      /Line 2 would read “Pawe³”/,
    ],
    ['windows-1250 (Łukasz)', latin('Name,Email\n\xa3ukasz Nowak,p@example.org\n'), /“£ukasz”/],
    ['windows-1251 (Анна)', latin('Name,Email\n\xc0\xed\xed\xe0,a@example.org\n'), /Line 2 would read/],
    ['Macintosh (René)', latin('Name,Email\nRen\x8e,r@example.org\n'), /“RenŽ”/],
    [
      'DOS (Jürgen)',
      latin('Name,Email\nJ\x81rgen,j@example.org\n'),
      /line 2 contains a control character \(U\+0081\)/,
    ],
    ['UTF-8 that is damaged', latin('Name,Email\nJ\xc3\xbcrgen M\xfc,j@example.org\n'), /“JÃ¼rgen”/],
    ['UTF-8 with a mark that is damaged', latin('\xef\xbb\xbfName,Email\nJ\xfc,j@example.org\n'), /damaged/],
    [
      'UTF-16 of which a byte is missing',
      utf16('\uFEFFName,Email\nJ,j@example.org').subarray(0, -1),
      /damaged/,
    ],
    [
      'letters that were lost before',
      utf8('Name,Email\nJ\uFFFDrgen,j@example.org\n'),
      /line 2 reads “J\uFFFDrgen”/,
    ],
    ['NUL', utf8('Name,Email\n\nA\0da,j@example.org\n'), /line 3 contains a control character \(U\+0000\)/],
    ['ESC', utf8('Name,Email\nA\u001bda,j@example.org\n'), /U\+001B/],
    ['a workbook', latin('PK\x03\x04\x14\0'), /workbook/],
    ['a workbook of old', latin('\xd0\xcf\x11\xe0\xa1\xb1'), /workbook/],
  ])('of %s are refused with a message', (_, bytes, words) => {
    expect(() => readFile(bytes, columns)).toThrow(words);
  });

  it('of Western European languages are never refused', () => {
    const names =
      'Müßig Größe Étienne naïve Noël Œdipe œuf Þór Ærøskøbing João São Ñuñez ¡Olé! 5 m² §5 Straße';
    const text = `Name,Email\n${names},a@example.org\n`;
    const bytes = latin(text.replaceAll('Œ', '\x8c').replaceAll('œ', '\x9c'));
    expect(linesOf(bytes)).toEqual([[2, names, 'a@example.org', '']]);
  });
});

describe('cells', () => {
  it.each([
    ['commas', 'Name,Email\n"Doe, Jane",jane@example.org\n', 'Doe, Jane'],
    ['semicolons, with commas inside', 'Name;Email\nDoe, Jane;jane@example.org\n', 'Doe, Jane'],
    ['tabs', 'Name\tEmail\nDoe, Jane; Dr\tjane@example.org\n', 'Doe, Jane; Dr'],
    ['bars', 'Name|Email\nJane|jane@example.org\n', 'Jane'],
    ['the separator of `sep=`', 'SEP=|\nName|Email\nA, B|jane@example.org\n', 'A, B'],
    ['a sign that only `sep=` knows', '"sep=^"\nName^Email\nA^jane@example.org\n', 'A'],
    [
      'semicolons under a title with commas',
      'Staff, nurses, all\n\nName;Email\nJane;jane@example.org\n',
      'Jane',
    ],
    ['semicolons under unknown headings', 'Kto;Adres\nDoe, Jane;jane@example.org\n', undefined],
  ])('are separated by %s', (_, text, name) => {
    const { rows, headings } = readFile(utf8(text), columns);
    expect(rows.at(-1)?.cells).toHaveLength(2);
    expect(rows.at(-1)?.cells[1]).toBe('jane@example.org');
    expect(headings).toBe(rows.length - 2);
    if (name !== undefined) expect(rows.at(-1)?.cells[0]).toBe(name);
  });

  it('hold one space for line breaks, tabs, no-break spaces and runs of them', () => {
    const text = 'Name,Email\n"  Ada\r\n\tvan\u00A0 der\u2003Berg\u00A0",a@example.org\n';
    expect(linesOf(utf8(text))[0]?.[1]).toBe('Ada van der Berg');
  });

  it.each([
    ['is never closed', 'Name,Email\nA,a@example.org\n\n"B,b@example.org\nC,c@example.org\n', /^Line 4: /],
    ['is inside a cell', 'Name,Email\n"A "the" B",a@example.org\nC,c@example.org\n', /^Line 2: /],
  ])('are refused with the line number if a quotation mark %s', (_, text, words) => {
    expect(() => readFile(utf8(text), columns)).toThrow(words);
  });
});

describe('a row’s number', () => {
  it.each([
    ['\\n', '\n'],
    ['\\r\\n', '\r\n'],
    ['\\r', '\r'],
  ])('is the line on which it begins, with %s', (_, end) => {
    const text = [
      ...['sep=,', '', 'Staff of 2026,', ' , ', 'Name,Email', '"Ada', '', 'Okafor",a@example.org', ''],
      ...['B,b@example.org', '"C","c', '@example.org"', ',,', 'D,d@example.org'],
    ].join(end);
    expect(linesOf(utf8(text)).map(([line, name]) => [line, name])).toEqual([
      [6, 'Ada Okafor'],
      [10, 'B'],
      [11, 'C'],
      [14, 'D'],
    ]);
  });

  it('is right with mixed line breaks', () => {
    const text = 'Name,Email\r\nA,a@example.org\n\rB,b@example.org\r"C\r\nC",c@example.org\n';
    expect(linesOf(utf8(text)).map(([line]) => line)).toEqual([2, 4, 5]);
  });
});

describe('headings', () => {
  it.each([
    ['German', 'Name;Vorname;E-Mail-Adresse;Abteilung', 'Doe;Jane;j@example.org;Ward'],
    ['German, joined', 'Vor- und Nachname;E-Mail (dienstlich);Abteilung', 'Jane Doe;j@example.org;Ward'],
    ['French', 'Nom;Prénom;Courriel;Service', 'Doe;Jane;j@example.org;Ward'],
    ['French capitals', 'NOM;PRENOM;ADRESSE E-MAIL;SERVICE', 'Doe;Jane;j@example.org;Ward'],
    ['Spanish', 'Nombre;Apellidos;Correo electrónico;Departamento', 'Jane;Doe;j@example.org;Ward'],
    ['a payroll’s', 'Last name,First name,Name,Work Email*,Dept.', 'D,J,Jane Doe,j@example.org,Ward'],
  ])('in %s are known', (_, headings, line) => {
    expect(linesOf(utf8(`${headings}\n${line}\n`))).toEqual([[2, 'Jane Doe', 'j@example.org', 'Ward']]);
  });

  it.each([
    ['below titles that hold known words', ['Team,', 'Employee,', 'Name,Email', 'A,a@example.org'], 2],
    ['below a title that is the only known word', ['Team,', 'Kto,Adres', 'A,a@example.org'], 1],
    ['just above the first email if none is known', ['Lista', 'Kto;Adres', 'A;a@example.org'], 1],
    ['nowhere in a file that begins with a person', ['A,a@example.org', 'B,b@example.org'], -1],
    ['on the first line without a valid email', ['Name,Email', 'A,nobody', 'B,none'], 0],
    ['on the only line above a list of emails', ['Email', 'a@example.org', 'b@example.org'], 0],
  ])('are found %s', (_, lines, place) => {
    expect(readFile(utf8(lines.join('\n')), columns).headings).toBe(place);
  });

  it.each(['', '\n\n', 'Name,Email\n', '\uFEFFsep=;\nName;Email\n;\n'])(
    'with no line below them are refused (%j)',
    (text) => {
      expect(() => readFile(utf8(text), columns)).toThrow('no lines below its headings');
    },
  );
});
