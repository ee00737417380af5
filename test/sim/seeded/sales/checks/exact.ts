/** Arithmetic of its own, so that a fault of the product's is not repeated. */

/** `value * times / by`, half a unit up, with integers of any size. */
export const halfUp = (value: number, times: number, by: number): number => {
  const [twice, whole] = [2n * BigInt(value) * BigInt(times) + BigInt(by), 2n * BigInt(by)];
  return Number(twice / whole);
};

export const total = (of: readonly number[]): number => of.reduce((all, it) => all + it, 0);
