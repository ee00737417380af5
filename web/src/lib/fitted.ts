/** The parts of a kept value that fit the form as it is in this version; the form's own elsewhere. What the form leaves empty fits. */
export function fitted<Form>(form: Form, kept: unknown): Form;
export function fitted(form: unknown, kept: unknown): unknown {
  if (kept === undefined) return form;
  if (form === undefined || form === null || kept === null) return kept;
  if (isList(form)) {
    if (!isList(kept)) return form;
    return form.length === 0 ? kept : kept.map((it) => fitted(form[0], it));
  }
  if (typeof form !== typeof kept || isList(kept)) return form;
  if (typeof form !== 'object') return kept;
  const found = new Map<string, unknown>(Object.entries(kept));
  return Object.fromEntries(Object.entries(form).map(([key, it]) => [key, fitted(it, found.get(key))]));
}

const isList = (it: unknown): it is readonly unknown[] => Array.isArray(it);
