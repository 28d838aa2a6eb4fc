/** Zero bytes behind the data: more than one minimum coded unit can take. */
const PADDING = 4096;

/** A scan's compressed data, without stuffed bytes. */
export interface EntropyData {
  bytes: Uint8Array;
  /** Where each restart interval ends; the next one starts there. */
  ends: number[];
  /** The place in the file of the marker behind the data. */
  next: number;
  /** Whether the file ends with the data, before any marker. */
  cut: boolean;
}

/**
 * Takes a scan's compressed data out of a file: the byte 0 after each 255 is dropped, and restart markers divide it
 * (ITU-T T.81, B.1.1.5 and E.2).
 *
 * @param start where the data start in the file
 * @param intervals restart intervals that are expected
 */
export function readEntropyData(file: Uint8Array, start: number, intervals: number): EntropyData {
  const { next, breaks } = findEnd(file, start, intervals);
  const bytes = new Uint8Array(next - start + PADDING), ends: number[] = [];
  let size = 0;
  for (let at = start; at < next; at++) {
    const byte = file[at];
    bytes[size++] = byte;
    if (byte !== 0xff) continue;
    // Several bytes 255 before a 0 or a marker count as one.
    while (file[at + 1] === 0xff && at + 1 < next) at++;
    at++;
    if (breaks.length > ends.length && breaks[ends.length] === at) ends.push(--size);
    else if (at >= next) size--;
  }
  bytes.fill(0, size);
  ends.push(size);
  return { bytes, ends, next, cut: next === file.length };
}

/** Where the data end, and the places of the restart markers' second bytes. */
function findEnd(file: Uint8Array, start: number, intervals: number): { next: number; breaks: number[] } {
  const breaks: number[] = [];
  for (let at = start;;) {
    at = file.indexOf(0xff, at);
    if (at < 0) return { next: file.length, breaks };
    const marker = at;
    while (file[at] === 0xff) at++;
    if (at >= file.length) return { next: file.length, breaks };
    if (file[at] === 0xd0 + breaks.length % 8 && breaks.length + 1 < intervals) breaks.push(at);
    else if (file[at] !== 0) return { next: marker, breaks };
    at++;
  }
}
