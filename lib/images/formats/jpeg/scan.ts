import type { Component, Frame } from "./frame.ts";
import { DamagedError } from "../damaged_error.ts";

/** A component of a scan, with the numbers of its entropy coding tables. */
export interface ScanComponent {
  component: Component;
  dcTable: number;
  acTable: number;
}

/** A scan header. */
export interface Scan {
  components: ScanComponent[];
  /** First and last coefficient in zigzag order; the first is the predictor's number in a lossless frame. */
  first: number;
  last: number;
  /** Successive approximation: the lowest bit of earlier scans (0 if there is none), and the lowest bit of this one. */
  high: number;
  low: number;
}

function checkRange(frame: Frame, { components, first, last, high, low }: Scan): void {
  const dc = first === 0;
  const valid = frame.process === "progressive"
    ? (dc ? last === 0 : first <= last && last < 64 && components.length === 1) &&
      (high === 0 || low === high - 1) && low <= 13
    : frame.process === "lossless"
    ? first >= 1 && first <= 7 && low < frame.bits
    : true;
  if (!valid) {
    throw new DamagedError(
      `a ${frame.process} scan has the parameters ${first}, ${last}, ${high}, ${low}: it is damaged`,
    );
  }
}

/**
 * Reads a scan header (ITU-T T.81, B.2.3).
 *
 * @param segment the segment without marker and length
 * @throws {Error} if it is damaged.
 */
export function readScan(frame: Frame | undefined, segment: Uint8Array): Scan {
  if (!frame) throw new DamagedError("it has a scan but no frame: it is damaged");
  const count = segment[0];
  if (segment.length !== 4 + 2 * count || count < 1 || count > 4) throw new DamagedError("its scan header is damaged");
  const components: ScanComponent[] = [];
  for (let i = 0; i < count; i++) {
    const id = segment[1 + 2 * i], tables = segment[2 + 2 * i];
    // Components may share an id; they are then assigned in their order.
    const component = frame.components.find((candidate) =>
      candidate.id === id && !components.some((c) => c.component === candidate)
    );
    if (!component) throw new DamagedError(`a scan names the component ${id}, which its frame lacks: it is damaged`);
    components.push({ component, dcTable: tables >> 4, acTable: tables & 15 });
  }
  const [first, last, approximation] = segment.subarray(1 + 2 * count);
  const scan = { components, first, last, high: approximation >> 4, low: approximation & 15 };
  checkRange(frame, scan);
  const units = components.reduce((sum, { component }) => sum + component.horizontal * component.vertical, 0);
  if (count > 1 && units > 10) {
    throw new DamagedError(`a scan interleaves ${units} blocks, more than JPEG allows: it is damaged`);
  }
  return scan;
}
