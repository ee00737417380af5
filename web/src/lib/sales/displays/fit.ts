/** The size of a column's numbers. Lengths are vmin, hundredths of the screen's shorter side. */

/** The smallest size that is readable from five metres. Numbers that do not fit are counted. */
export const LEAST = 12;
const SIZES = [30, 26, 22, 19, 17, 15, 13.5, LEAST];
/** Relative to the digit size: a digit's width, a line's height, the margins and gaps. */
const [DIGIT, LINE, LABEL, PADDING, GAP] = [0.62, 1, 0.3, 0.3, 0.12];

export interface Box {
  width: number;
  height: number;
}

export interface Fit {
  /** The digit size. */
  size: number;
  columns: number;
  /** How many are shown. The last place is for the count of the rest. */
  shown: number;
}

/**
 * @param digits of the longest number
 * @param labelled whether each has its place in a line below
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
