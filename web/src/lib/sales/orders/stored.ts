/** What this browser's local storage has under a name. Another version, or a person, may have written anything. */
export function stored(key: string): unknown {
  const text = localStorage.getItem(key);
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
