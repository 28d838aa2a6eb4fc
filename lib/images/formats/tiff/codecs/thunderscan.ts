/** The upper two bits of a byte: a run of the last value, three small or two large differences, else a value. */
const RUN = 0, SMALL_STEPS = 1, LARGE_STEPS = 2;
/** Differences of two and of three bits, and the code in each that means no pixel. */
const SMALL = [0, 1, 0, -1], NO_SMALL = 2, LARGE = [0, 1, 2, 3, 0, -3, -2, -1], NO_LARGE = 4;

/**
 * Decodes ThunderScan's 4-bit differences. A row begins at black; each byte contains a run of up to 63 pixels, three
 * steps of up to 1, two steps of up to 3, or a new value.
 *
 * @returns two pixels in each byte; only whole rows, and fewer than `height` if the data end early
 */
export function decodeThunderScan(bytes: Uint8Array, width: number, height: number): Uint8Array {
  const rowBytes = Math.ceil(width / 2), out = new Uint8Array(rowBytes * height);
  let at = 0;
  for (let row = 0; row < height; row++) {
    let value = 0, x = 0;
    const put = (next: number) => {
      value = next & 15;
      if (x < width) out[row * rowBytes + (x >> 1)] |= value << (x & 1 ? 0 : 4);
      x++;
    };
    while (x < width) {
      if (at >= bytes.length) return out.subarray(0, row * rowBytes);
      const byte = bytes[at++], kind = byte >> 6;
      if (kind === RUN) {
        for (let left = byte & 63; left > 0; left--) put(value);
      } else if (kind === SMALL_STEPS) {
        for (const shift of [4, 2, 0]) {
          const step = (byte >> shift) & 3;
          if (step !== NO_SMALL) put(value + SMALL[step]);
        }
      } else if (kind === LARGE_STEPS) {
        for (const shift of [3, 0]) {
          const step = (byte >> shift) & 7;
          if (step !== NO_LARGE) put(value + LARGE[step]);
        }
      } else {
        put(byte);
      }
    }
  }
  return out;
}
