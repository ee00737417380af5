import type { ReportChoices } from '$contract/reports/reports';

/** The names that more than one person of these rows has. */
export function namesakes(rows: readonly { key: string; name: string }[]): ReadonlySet<string> {
  const ids = new Map<string, string>();
  const alike = new Set<string>();
  for (const { key, name } of rows) {
    const known = ids.get(name);
    if (known !== undefined && known !== key) alike.add(name);
    ids.set(name, key);
  }
  return alike;
}

/** What tells each namesake among these apart, by id: staff number, else email. */
export function toldApart(people: ReportChoices['people']): Map<string, string> {
  const alike = namesakes(people.map(({ id, name }) => ({ key: id, name })));
  return new Map(
    people.flatMap(({ id, name, email, staffNumber }) =>
      alike.has(name) ? [[id, staffNumber ?? email]] : [],
    ),
  );
}
