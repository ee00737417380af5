/** Options of a select: named rows or plain words, after one with an empty value that stands for all or none. */
export const optionsOf = (
  first: string,
  rest: readonly (string | { id: string; name: string })[],
): { value: string; label: string }[] => [
  { value: '', label: first },
  ...rest.map((it) => (typeof it === 'string' ? { value: it, label: it } : { value: it.id, label: it.name })),
];
