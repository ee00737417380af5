/** A tax rate in a form: the workplace's, one that is in use, or a typed percentage. */
export interface TypedRate {
  /** Empty for the workplace's, hundredths of a percent, or `other`. */
  choice: string;
  /** Where the choice is `other`. */
  percent: number | null;
}

export const typedRate = (rate: number | null): TypedRate => ({
  choice: rate === null ? '' : String(rate),
  percent: null,
});

/** Hundredths of a percent, null for the workplace's; undefined until a percentage is typed. */
export function rateOf({ choice, percent }: TypedRate): number | null | undefined {
  if (choice === '') return null;
  if (choice !== 'other') return Number(choice);
  // A third decimal is kept, so that the server refuses it instead of the page rounding it.
  return percent === null ? undefined : Number((percent * 100).toFixed(4));
}

/** @param used rates of other products and packages */
export const rateOptions = (
  own: number,
  used: readonly (number | null)[],
): { value: string; label: string }[] => [
  { value: '', label: `As the workplace: ${percentWords(own)}` },
  ...[...new Set(used)]
    .flatMap((rate) => rate ?? [])
    .toSorted((a, b) => a - b)
    .map((rate) => ({ value: String(rate), label: percentWords(rate) })),
  { value: 'other', label: 'Another rate …' },
];

const percentWords = (rate: number): string => `${(rate / 100).toLocaleString('en-GB')} %`;
