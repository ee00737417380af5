/** Texts for tests of a rule. */
import fc from 'fast-check';

/** Any UTF-16, often with characters that are hard to store. */
export const anything = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.constantFrom('\u0000', '\n', '\r\n', '\t', '\uD800', '\uFFFE', '\u202E', '\uFEFF', 'e\u0301', ' '),
      fc.constantFrom('_x0041_', '&amp;', '<b>', '"', "'", '=1', '\u{1F600}'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
