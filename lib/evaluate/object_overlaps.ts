/** How the objects of two label images overlap. */
export interface ObjectOverlaps {
  /** Number of each true object in its image, in the order of their first pixels. */
  trueLabels: number[];
  /** Number of each predicted object in its image, in the order of their first pixels. */
  predictedLabels: number[];
  /** Area of each true object in pixels, in the same order. */
  trueAreas: number[];
  /** Area of each predicted object in pixels, in the same order. */
  predictedAreas: number[];
  /** Pairs of objects that share pixels. */
  pairs: ObjectPair[];
}

/** A true and a predicted object that share pixels. */
export interface ObjectPair {
  /** Index of the true object. */
  truth: number;
  /** Index of the predicted object. */
  predicted: number;
  /** Number of pixels that they share. */
  pixels: number;
  /** Intersection over union, 0 to 1. */
  iou: number;
}

/** Numbers the objects of a label image from 0, and measures their areas. */
class ObjectCounter {
  readonly labels: number[] = [];
  readonly areas: number[] = [];
  readonly #indices = new Map<number, number>();

  /** Returns the index of a label; −1 for background. */
  index(label: number): number {
    if (label === 0) return -1;
    let index = this.#indices.get(label);
    if (index === undefined) {
      this.#indices.set(label, index = this.areas.length);
      this.labels.push(label);
      this.areas.push(0);
    }
    return index;
  }
}

/**
 * Measures the objects of two label images and their overlaps. Numbers may have gaps.
 *
 * @param truth labels, 0 for background, `[height, width]`
 * @param predicted labels of the same pixels
 * @throws {RangeError} if the lengths differ.
 */
export function objectOverlaps(truth: ArrayLike<number>, predicted: ArrayLike<number>): ObjectOverlaps {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${predicted.length} predicted pixels cannot be compared with ${truth.length} true ones`);
  }
  const left = new ObjectCounter(), right = new ObjectCounter();
  const shared = new Map<number, Map<number, number>>();
  // Pixels come in runs with the same two labels, so that few runs need the maps.
  for (let start = 0; start < truth.length;) {
    const a = truth[start], b = predicted[start];
    let end = start + 1;
    while (end < truth.length && truth[end] === a && predicted[end] === b) end++;
    const i = left.index(a), j = right.index(b), pixels = end - start;
    if (i >= 0) left.areas[i] += pixels;
    if (j >= 0) right.areas[j] += pixels;
    if (i >= 0 && j >= 0) {
      let row = shared.get(i);
      if (!row) shared.set(i, row = new Map());
      row.set(j, (row.get(j) ?? 0) + pixels);
    }
    start = end;
  }
  const pairs = [...shared].flatMap(([i, row]) =>
    Array.from(row, ([j, pixels]) => ({
      truth: i,
      predicted: j,
      pixels,
      iou: pixels / (left.areas[i] + right.areas[j] - pixels),
    }))
  );
  return {
    trueLabels: left.labels,
    predictedLabels: right.labels,
    trueAreas: left.areas,
    predictedAreas: right.areas,
    pairs,
  };
}
