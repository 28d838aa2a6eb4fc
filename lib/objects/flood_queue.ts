/**
 * A priority queue of pixels in a binary heap (Williams 1964). The lowest value comes first, and of equal values the
 * lowest age. Pixels of equal value and age leave in the order that results from the heap, which depends only on the
 * calls.
 */
export class FloodQueue {
  #values = new Float64Array(1024);
  #ages = new Int32Array(1024);
  #pixels = new Int32Array(1024);
  #size = 0;

  /** Number of pixels in the queue. */
  get size(): number {
    return this.#size;
  }

  /** The value of the first pixel. */
  get firstValue(): number {
    return this.#values[0];
  }

  /** Adds a pixel. */
  push(value: number, age: number, pixel: number): void {
    if (this.#size === this.#pixels.length) this.#grow();
    const values = this.#values, ages = this.#ages, pixels = this.#pixels;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!(value < values[parent] || (value === values[parent] && age < ages[parent]))) break;
      values[at] = values[parent];
      ages[at] = ages[parent];
      pixels[at] = pixels[parent];
      at = parent;
    }
    values[at] = value;
    ages[at] = age;
    pixels[at] = pixel;
  }

  /** Removes the first pixel and returns it. The queue must not be empty. */
  pop(): number {
    const values = this.#values, ages = this.#ages, pixels = this.#pixels;
    const first = pixels[0], size = --this.#size;
    const value = values[size], age = ages[size], pixel = pixels[size];
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (
        right < size &&
        (values[right] < values[child] || (values[right] === values[child] && ages[right] < ages[child]))
      ) child = right;
      if (!(values[child] < value || (values[child] === value && ages[child] < age))) break;
      values[at] = values[child];
      ages[at] = ages[child];
      pixels[at] = pixels[child];
      at = child;
    }
    values[at] = value;
    ages[at] = age;
    pixels[at] = pixel;
    return first;
  }

  #grow(): void {
    const length = 2 * this.#pixels.length;
    const values = new Float64Array(length), ages = new Int32Array(length), pixels = new Int32Array(length);
    values.set(this.#values);
    ages.set(this.#ages);
    pixels.set(this.#pixels);
    this.#values = values;
    this.#ages = ages;
    this.#pixels = pixels;
  }
}
