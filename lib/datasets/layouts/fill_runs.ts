import { ImageError } from "../../images/image.ts";
import { count } from "../../io/count.ts";

/** Orders in which run lengths can count an image's pixels. */
export const RUN_ORDERS = ["rows", "columns"] as const;
/** `rows`: along the first row, then the second. `columns`: down the first column, then the second. */
export type RunOrder = typeof RUN_ORDERS[number];

/** Number of letters of a cell that a message shows. */
const MAX_SHOWN = 40;

/**
 * Fills one object's pixels from its run lengths: pairs of start (counted from 1) and length.
 *
 * @param labels `[height, width]`; receives `label` where it is 0
 * @param where the table, the object and its image, for messages
 * @throws {ImageError} if the text is not a list of run lengths, or a run extends beyond the image.
 */
export function fillRuns(
  labels: Uint16Array | Uint32Array,
  [height, width]: readonly [number, number],
  runs: string,
  label: number,
  where: string,
  order: RunOrder = "columns",
): void {
  const texts = runs.trim().split(/\s+/);
  if (texts.length % 2 !== 0) {
    const shown = runs.length > MAX_SHOWN ? `${runs.slice(0, MAX_SHOWN)}…` : runs;
    throw new ImageError(
      `${where}: "${shown}" (${
        count(texts.length, "number")
      }) is not pairs of start and length: write them with blanks ` +
        'between, such as "3 2 10 4"',
    );
  }
  for (let i = 0; i < texts.length; i += 2) {
    const [start, length] = [Number(texts[i]), Number(texts[i + 1])];
    const problem = runProblem(start, length, [height, width]);
    if (problem) throw new ImageError(`${where}: the run "${texts[i]} ${texts[i + 1]}" ${problem}`);
    for (let at = start - 1; at < start - 1 + length; at++) {
      const pixel = order === "rows" ? at : (at % height) * width + Math.floor(at / height);
      if (labels[pixel] === 0) labels[pixel] = label;
    }
  }
}

/** Says why a run does not fit an image, and the solution; undefined if it does. */
function runProblem(start: number, length: number, [height, width]: readonly [number, number]): string | undefined {
  if (!Number.isInteger(start) || !Number.isInteger(length)) {
    return "is not a whole start and a whole length: correct the table";
  }
  if (start === 0) return "begins at 0, but counting starts at 1: add 1 to every start of the table";
  if (start < 0 || length < 1) return "has no pixel: give a start and a length from 1 on";
  if (start + length - 1 <= width * height) return undefined;
  return `is outside ${width} × ${height} pixels: check that the table was made for this image, and the order of --runs`;
}
