import { problemCodes } from '$contract/errors';
import { Document, operationsOf, refusalOf } from '$lib/docs/openapi';
import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ fetch }) => {
  const answer = await fetch('/api/v1/openapi.json');
  const document = v.safeParse(Document, await answer.json().catch(() => undefined));
  if (!answer.ok || !document.success) error(503, 'Couldn’t load the API document.');
  const { title, version, description = '' } = document.output.info;
  return {
    about: { title, version, description },
    operations: operationsOf(document.output),
    refusals: problemCodes.map(refusalOf),
  };
};
