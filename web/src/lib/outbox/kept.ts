/** "3 taps are kept on this device." */
export const keptWords = (count: number): string =>
  count === 1 ? 'One tap is kept on this device.' : `${count} taps are kept on this device.`;
