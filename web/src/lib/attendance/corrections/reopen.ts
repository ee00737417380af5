import { takeKept } from '$lib/shell/keep';
import * as v from 'valibot';
import type { MyCorrections } from './MyCorrections.svelte';

const Form = v.object({ date: v.string(), choosesDay: v.optional(v.boolean(), false) });

/** Opens the form that `CorrectionDialog` kept. */
export function reopen(corrections: MyCorrections): void {
  const form = v.safeParse(Form, takeKept('correcting'));
  if (form.success) corrections.open(form.output);
}
