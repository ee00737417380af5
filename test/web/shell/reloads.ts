/** Counts a page's reloads, and prevents them. */
export class Reloads {
  count = 0;
  readonly #watch = new AbortController();

  constructor() {
    const options = { signal: this.#watch.signal };
    navigation.addEventListener(
      'navigate',
      (event) => {
        if (event.navigationType !== 'reload') return;
        event.preventDefault();
        this.count += 1;
      },
      options,
    );
  }

  stop(): void {
    this.#watch.abort();
  }
}
