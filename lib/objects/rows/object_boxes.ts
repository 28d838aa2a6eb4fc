/** Bounding boxes and areas of objects by their number; entry 0 is the background's and means nothing. */
export interface ObjectBoxes {
  /** First row and column. */
  top: Int32Array;
  left: Int32Array;
  /** The row below and the column behind the last one; 0 for a number without pixels. */
  bottom: Int32Array;
  right: Int32Array;
  /** Number of pixels. */
  area: Float64Array;
}

function allocate(count: number): ObjectBoxes {
  return {
    top: new Int32Array(count).fill(2 ** 31 - 1),
    left: new Int32Array(count).fill(2 ** 31 - 1),
    bottom: new Int32Array(count),
    right: new Int32Array(count),
    area: new Float64Array(count),
  };
}

/** Collects the boxes of objects whose number is not known from the start. */
export class BoxCollector {
  #boxes = allocate(1024);

  /** Makes room for numbers up to `last`. */
  reserve(last: number): void {
    const { length } = this.#boxes.top;
    if (last < length) return;
    const longer = allocate(Math.max(last + 1, 2 * length));
    for (const name of Object.keys(longer) as (keyof ObjectBoxes)[]) longer[name].set(this.#boxes[name]);
    this.#boxes = longer;
  }

  /** Adds a pixel of an object. */
  add(number: number, x: number, y: number): void {
    const { top, left, bottom, right, area } = this.#boxes;
    if (y < top[number]) top[number] = y;
    if (y >= bottom[number]) bottom[number] = y + 1;
    if (x < left[number]) left[number] = x;
    if (x >= right[number]) right[number] = x + 1;
    area[number]++;
  }

  /**
   * Returns the boxes of objects that were joined.
   *
   * @param numbers the final number of each number
   * @param count the largest final number
   */
  joined(numbers: Uint32Array, count: number): ObjectBoxes {
    const joined = allocate(count + 1), { top, left, bottom, right, area } = this.#boxes;
    for (let k = 0; k < numbers.length; k++) {
      const number = numbers[k];
      if (number === 0 || bottom[k] === 0) continue;
      joined.top[number] = Math.min(joined.top[number], top[k]);
      joined.left[number] = Math.min(joined.left[number], left[k]);
      joined.bottom[number] = Math.max(joined.bottom[number], bottom[k]);
      joined.right[number] = Math.max(joined.right[number], right[k]);
      joined.area[number] += area[k];
    }
    return joined;
  }
}
