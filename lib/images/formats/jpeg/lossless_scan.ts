import type { EntropyData } from "./entropy_data.ts";
import type { Frame } from "./frame.ts";
import { extend, type HuffmanTable } from "./huffman_code.ts";
import { HuffmanReader } from "./huffman_reader.ts";
import { undoPrediction } from "./lossless_prediction.ts";
import type { Plane } from "./plane.ts";
import type { Scan } from "./scan.ts";
import { entropyError, layOut, type ScanLayout } from "./scan_walk.ts";

/** Reads a difference of up to 16 bits (ITU-T T.81, H.1.2.2): size 16 means 32,768 and has no further bits. */
function readDifference(reader: HuffmanReader, table: HuffmanTable): number {
  const size = reader.symbol(table);
  return size === 0 ? 0 : size === 16 ? 32768 : extend(reader.take(size), size);
}

/** Reads the differences of a row of minimum coded units into the planes. */
function readRow(reader: HuffmanReader, tables: HuffmanTable[], planes: Plane[], layout: ScanLayout, y: number): void {
  const { across, units } = layout;
  for (let x = 0; x < across; x++) {
    for (let index = 0; index < units.length; index++) {
      const { across: columns, down } = units[index], { data, stride } = planes[index], table = tables[index];
      for (let row = 0, at = y * down * stride + x * columns; row < down; row++, at += stride) {
        for (let column = 0; column < columns; column++) data[at + column] = readDifference(reader, table);
      }
    }
  }
}

/**
 * Decodes a scan of a lossless frame (ITU-T T.81, annex H).
 *
 * @param tables by the component's index in the scan
 * @param planes by the component's index in the scan
 * @throws {Error} if the data are damaged, or restart within a row.
 */
export function decodeLosslessScan(
  frame: Frame,
  scan: Scan,
  data: EntropyData,
  restartInterval: number,
  tables: HuffmanTable[],
  planes: Plane[],
): void {
  const layout = layOut(frame, scan);
  if (restartInterval % layout.across) {
    throw new Error("it is a lossless JPEG that restarts within a row: save it as PNG");
  }
  const reader = new HuffmanReader(data.bytes);
  const start = 1 << (frame.bits - scan.low - 1);
  /** Rows of minimum coded units in a restart interval. */
  const rows = restartInterval / layout.across || layout.down;
  for (let y = 0; y < layout.down; y++) {
    const interval = Math.floor(y / rows), restarts = y % rows === 0;
    if (interval >= data.ends.length) throw entropyError(frame, data, y * layout.height, interval);
    if (restarts) reader.start(interval ? data.ends[interval - 1] : 0, data.ends[interval]);
    readRow(reader, tables, planes, layout, y);
    if (reader.failed) throw entropyError(frame, data, y * layout.height, interval);
    planes.forEach((plane, index) => {
      const { down } = layout.units[index];
      for (let row = y * down; row < (y + 1) * down; row++) {
        undoPrediction(plane, row, scan.first, restarts && row === y * down ? start : undefined);
      }
    });
  }
  if (scan.low === 0) return;
  for (const { data: samples } of planes) for (let i = 0; i < samples.length; i++) samples[i] <<= scan.low;
}
