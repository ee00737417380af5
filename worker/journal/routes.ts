import { Hono } from 'hono';
import * as v from 'valibot';
import { JournalPage, Verification } from '../contract/journal/journal';
import { Search } from '../contract/text';
import { Count, Id, LocalDate } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { GENESIS, verifyJournal } from './chain';
import { readJournal } from './entries';

const tag = 'Journal';

export const journalRoutes = new Hono<Http>()
  .get(
    '/journal',
    route({
      summary: 'The journal',
      description: 'Who did what, before and after, newest first.',
      tag,
      may: 'journal.read',
      answers: { 200: JournalPage },
      problems: ['invalid_input'],
    }),
    input(
      'query',
      v.strictObject({
        q: v.optional(Search(80), ''),
        action: v.optional(v.pipe(v.string(), v.maxLength(60)), ''),
        actor: v.optional(v.union([Id, v.literal('')]), ''),
        from: v.optional(LocalDate),
        to: v.optional(LocalDate),
        before: v.optional(Count(1, Number.MAX_SAFE_INTEGER)),
      }),
    ),
    async (c) => c.json((await readJournal(c.var.scope, c.req.valid('query'))) satisfies JournalPage),
  )
  .get(
    '/journal/verify',
    route({
      summary: 'Verify a part of the journal',
      description:
        'Recomputes the hash chain from where the step before ended, and names the first entry that is not as it was sealed.',
      tag,
      may: 'journal.read',
      answers: { 200: Verification },
      problems: ['invalid_input'],
    }),
    input(
      'query',
      v.strictObject({
        after: v.optional(Count(0, Number.MAX_SAFE_INTEGER), '0'),
        hash: v.optional(
          v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')),
          GENESIS,
        ),
      }),
    ),
    async (c) => c.json((await verifyJournal(c.var.scope, c.req.valid('query'))) satisfies Verification),
  );
