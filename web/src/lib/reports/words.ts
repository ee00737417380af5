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
