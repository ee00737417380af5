import type { ReportChoices } from '$contract/reports/reports';

/** The names that several of these people share. */
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

/** The staff number or email of each person who shares a name, by id. */
export function distinctionsOf(people: ReportChoices['people']): Map<string, string> {
  const alike = namesakes(people.map(({ id, name }) => ({ key: id, name })));
  return new Map(
    people.flatMap(({ id, name, email, staffNumber }) =>
      alike.has(name) ? [[id, staffNumber ?? email]] : [],
    ),
  );
}
