/** Zero bytes after the data: more than one minimum coded unit can take. */
const PADDING = 4096;

/** A scan's compressed data, without stuffed bytes. */
export interface EntropyData {
  bytes: Uint8Array;
  /** End of each restart interval, where the next one starts. */
  ends: number[];
  /** Position in the file of the marker after the data. */
  next: number;
  /** Whether the file ends with the data, before any marker. */
  truncated: boolean;
}

/**
 * Extracts a scan's compressed data from a file: removes the byte 0 after each 255, and splits the data at restart
 * markers (ITU-T T.81, B.1.1.5 and E.2).
 *
 * @param start position of the data in the file
 * @param intervals expected number of restart intervals
 */
export function readEntropyData(file: Uint8Array, start: number, intervals: number): EntropyData {
  const { next, breaks } = findEnd(file, start, intervals);
  const bytes = new Uint8Array(next - start + PADDING), ends: number[] = [];
  let size = 0;
  for (let at = start; at < next; at++) {
    const byte = file[at];
    bytes[size++] = byte;
    if (byte !== 0xff) continue;
    // Repeated bytes 255 before a 0 or a marker count as one.
    while (file[at + 1] === 0xff && at + 1 < next) at++;
    at++;
    if (breaks.length > ends.length && breaks[ends.length] === at) ends.push(--size);
    else if (at >= next) size--;
  }
  bytes.fill(0, size);
  ends.push(size);
  return { bytes, ends, next, truncated: next === file.length };
}

/** Finds the end of the data, and the positions of the restart markers' second bytes. */
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
