/** Bits of a key that one pass sorts by. */
const BITS = 11;

/**
 * Sorts the pixels above 0 by their values, the highest first, and equal ones in reading order (radix sort).
 *
 * @param values whole numbers below 2^33
 * @returns indices
 */
export function sortDescending(values: Float64Array): Int32Array {
  let top = 0, count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > top) top = values[i];
    if (values[i] > 0) count++;
  }
  let order = new Int32Array(count), other = new Int32Array(count);
  for (let i = 0, k = 0; i < values.length; i++) if (values[i] > 0) order[k++] = i;
  const size = 1 << BITS, starts = new Int32Array(size);
  for (let unit = 1; unit <= top; unit *= size) {
    const digit = (pixel: number) => size - 1 - Math.floor(values[pixel] / unit) % size;
    starts.fill(0);
    for (let k = 0; k < count; k++) starts[digit(order[k])]++;
    for (let d = 0, start = 0; d < size; d++) {
      const length = starts[d];
      starts[d] = start;
      start += length;
    }
    for (let k = 0; k < count; k++) other[starts[digit(order[k])]++] = order[k];
    [order, other] = [other, order];
  }
  return order;
}

/**
 * Groups pixels by their component and keeps their order within it (counting sort).
 *
 * @param order indices of pixels
 * @param components number of each pixel's component, from 1
 * @param count number of components
 */
export function groupByComponent(order: Int32Array, components: Int32Array, count: number): Int32Array {
  const starts = new Int32Array(count + 2), out = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) starts[components[order[k]] + 1]++;
  for (let c = 1; c < starts.length; c++) starts[c] += starts[c - 1];
  for (let k = 0; k < order.length; k++) out[starts[components[order[k]]]++] = order[k];
  return out;
}
