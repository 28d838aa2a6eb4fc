import { crc32c } from "./crc32c.ts";

/** Bytes before and after the data of a record: its length with a checksum, and the checksum of the data. */
const HEAD = 12, TAIL = 4;

/** Masks a checksum, so that data with checksums inside have a checksum unlike theirs. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}

/**
 * Frames data as a record of a TFRecord file.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(HEAD + data.length + TAIL), view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, HEAD);
  view.setUint32(HEAD + data.length, maskedCrc(data), true);
  return record;
}

/** A record of a TFRecord file. */
export interface TfRecord {
  data: Uint8Array;
  /** Offset of its first byte, and of the byte after its last. */
  start: number;
  end: number;
}

/** Yields the records of a TFRecord file, up to the first that is damaged or incomplete. */
export function* readRecords(file: Uint8Array): Generator<TfRecord> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let start = 0; start + HEAD + TAIL <= file.length;) {
    if (view.getUint32(start + 8, true) !== maskedCrc(file.subarray(start, start + 8))) return;
    const length = Number(view.getBigUint64(start, true)), end = start + HEAD + length + TAIL;
    if (end > file.length) return;
    const data = file.subarray(start + HEAD, end - TAIL);
    if (view.getUint32(end - TAIL, true) !== maskedCrc(data)) return;
    yield { data, start, end };
    start = end;
  }
}
