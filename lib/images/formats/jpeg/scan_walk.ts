import type { IntervalReader } from "./block_decoder.ts";
import type { EntropyData } from "./entropy_data.ts";
import type { Frame } from "./frame.ts";
import type { Scan } from "./scan.ts";

/** The minimum coded units of a scan: a single unit if it has one component, else units of each component. */
export interface ScanLayout {
  /** Minimum coded units across and down. */
  across: number;
  down: number;
  /** Units of each component across and down in a minimum coded unit. */
  units: { across: number; down: number }[];
  /** Rows of the picture that a row of minimum coded units covers. */
  height: number;
}

/** Computes the order of a scan's units (ITU-T T.81, A.2). */
export function layOut(frame: Frame, { components }: Scan): ScanLayout {
  const side = frame.process === "lossless" ? 1 : 8;
  if (components.length === 1) {
    const [{ component: { columns, rows, vertical } }] = components;
    return {
      across: columns,
      down: rows,
      units: [{ across: 1, down: 1 }],
      height: side * frame.maxVertical / vertical,
    };
  }
  const [{ component }] = components;
  return {
    across: component.paddedColumns / component.horizontal,
    down: component.paddedRows / component.vertical,
    units: components.map((c) => ({ across: c.component.horizontal, down: c.component.vertical })),
    height: side * frame.maxVertical,
  };
}

/** Makes the error for data that end early or are damaged in a row of the picture. */
export function entropyError(frame: Frame, data: EntropyData, row: number, interval: number): Error {
  const line = `row ${Math.min(frame.height, Math.floor(row) + 1)} of ${frame.height}`;
  return data.truncated && interval >= data.ends.length - 1
    ? new Error(`it is cut off: its data end in ${line}; copy it again from its source`)
    : new Error(
      `its compressed data are damaged in ${line}: copy it again, or save it again in a program that opens it`,
    );
}

/**
 * Visits a scan's units in their order, including restart intervals.
 *
 * @param place called for each unit with its component's index in the scan, its row and its column
 * @throws {Error} if the data end early or are damaged; the message names the row.
 */
export function walkScan(
  frame: Frame,
  layout: ScanLayout,
  data: EntropyData,
  restartInterval: number,
  reader: IntervalReader,
  place: (index: number, row: number, column: number) => void,
): void {
  const { across, down, units, height } = layout;
  let interval = -1, left = 0;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      if (left === 0) {
        interval++;
        if (interval >= data.ends.length) throw entropyError(frame, data, y * height, interval);
        reader.restart(interval ? data.ends[interval - 1] : 0, data.ends[interval]);
        left = restartInterval || Infinity;
      }
      left--;
      for (let index = 0; index < units.length; index++) {
        const unit = units[index];
        for (let row = 0; row < unit.down; row++) {
          for (let column = 0; column < unit.across; column++) {
            place(index, y * unit.down + row, x * unit.across + column);
          }
        }
      }
      if (reader.failed) throw entropyError(frame, data, y * height, interval);
    }
  }
}
