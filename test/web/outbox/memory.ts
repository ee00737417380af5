/** Local storage, as far as acts use it: its names are the object's keys. */
export function memory(): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const hidden = { enumerable: false };
  return Object.defineProperties(kept, {
    getItem: { ...hidden, value: (name: string) => kept[name] ?? null },
    setItem: { ...hidden, value: (name: string, value: string) => void (kept[name] = value) },
    removeItem: { ...hidden, value: (name: string) => Reflect.deleteProperty(kept, name) },
  });
}
