/** How large a column's numbers can be. Lengths are vmin, hundredths of the screen's shorter side. */

/** Readable from five metres on any wall screen: numbers are never smaller; what does not fit is counted. */
export const LEAST = 12;
const SIZES = [30, 26, 22, 19, 17, 15, 13.5, LEAST];
/** Of the size of the digits: how wide one is, how high a line, and what stands around and between them. */
const [DIGIT, LINE, LABEL, PADDING, GAP] = [0.62, 1, 0.3, 0.3, 0.12];

export interface Box {
  width: number;
  height: number;
}

export interface Fit {
  /** Of the digits. */
  size: number;
  columns: number;
  /** How many are shown; the last place is then for how many more there are. */
  shown: number;
}

/**
 * @param digits of the longest number
 * @param labelled whether each says its place, in a line below
 */
export function fit(
  count: number,
  box: Box,
  { digits, labelled }: { digits: number; labelled: boolean },
): Fit {
  const roomAt = (size: number) => {
    const along = (length: number, cell: number) =>
      Math.floor((length + GAP * size) / (cell * size + GAP * size));
    const columns = Math.max(1, along(box.width, digits * DIGIT + PADDING));
    const rows = Math.max(1, along(box.height, LINE + (labelled ? LABEL : 0)));
    return { columns, room: columns * rows };
  };
  const size = SIZES.find((each) => roomAt(each).room >= count) ?? LEAST;
  const { columns, room } = roomAt(size);
  return { size, columns, shown: count <= room ? count : Math.max(0, room - 1) };
}
