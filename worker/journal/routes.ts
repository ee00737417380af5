import * as v from 'valibot';
import { JournalPage, Verification } from '../contract/journal/journal';
import { Search } from '../contract/text';
import { Count, Id, LocalDate } from '../contract/values';
import { mount, read } from '../http/declare';
import { GENESIS } from './chain';
import { readJournal } from './entries';
import { verifyJournal } from './verify';

export const journalRoutes = mount('Journal', [
  read({
    path: '/journal',
    summary: 'The journal',
    description:
      'Who did what, before and after, newest first. `actor`, `subject` and `action` find all entries of a person, a thing or ' +
      'an action. `q` finds a text in steps of at most 31 days: repeat with `before` as `next` says, until that is null.',
    may: 'journal.read',
    query: v.strictObject({
      q: v.optional(Search(80), ''),
      action: v.optional(v.pipe(v.string(), v.maxLength(60)), ''),
      actor: v.optional(v.union([Id, v.literal('')]), ''),
      subject: v.optional(v.pipe(v.string(), v.maxLength(120)), ''),
      from: v.optional(LocalDate),
      to: v.optional(LocalDate),
      before: v.optional(Count(1, Number.MAX_SAFE_INTEGER)),
    }),
    answer: JournalPage,
    problems: ['invalid_input'],
    handle: (scope, { query }) => readJournal(scope, query),
  }),
  read({
    path: '/journal/verify',
    summary: 'Verify a part of the journal',
    description:
      'Recomputes the hash chain from the entry after `after`, and names the first entry that differs from its seal.',
    may: 'journal.read',
    query: v.strictObject({
      after: v.optional(Count(0, Number.MAX_SAFE_INTEGER), '0'),
      hash: v.optional(
        v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')),
        GENESIS,
      ),
    }),
    answer: Verification,
    problems: ['invalid_input'],
    handle: (scope, { query }) => verifyJournal(scope, query),
  }),
]);
