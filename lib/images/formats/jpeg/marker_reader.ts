import { type Frame, isFrameMarker, readFrame } from "./frame.ts";
import { readScan, type Scan } from "./scan.ts";
import {
  readConditioning,
  readHuffmanCodes,
  readQuantization,
  readRestartInterval,
  startConditioning,
  startTables,
} from "./tables.ts";
import { DamagedError } from "../damaged_error.ts";

const SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DNL = 0xdc, APP0 = 0xe0, APP1 = 0xe1, APP14 = 0xee, COM = 0xfe;
const TABLE_READERS = new Map([
  [0xdb, readQuantization],
  [0xc4, readHuffmanCodes],
  [0xcc, readConditioning],
  [0xdd, readRestartInterval],
]);

const startsWith = (segment: Uint8Array, text: string) =>
  text.length <= segment.length && [...text].every((letter, i) => segment[i] === letter.charCodeAt(0));

/** Reads a datastream's segments one after the other (ITU-T T.81, annex B). */
export class MarkerReader {
  /** Position from which the next marker is searched. */
  position = 0;
  frame?: Frame;
  readonly tables = startTables();
  /** Whether a JFIF segment was found. */
  jfif = false;
  /** The colour transform in Adobe's segment: 0 for none, 1 for YCbCr, 2 for YCCK. */
  transform?: number;
  /** Contents of the Exif and XMP segments. */
  readonly exif: Uint8Array[] = [];
  xmp?: Uint8Array;

  constructor(private bytes: Uint8Array) {
    this.#open(bytes);
  }

  #open(bytes: Uint8Array): void {
    if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new Error("it does not start like a JPEG");
    this.bytes = bytes;
    this.position = 2;
  }

  /** Continues with another datastream, and keeps quantisation tables and Huffman codes. */
  continueWith(bytes: Uint8Array): void {
    this.#open(bytes);
    this.jfif = false;
    this.transform = undefined;
    Object.assign(this.tables, startConditioning(), { restartInterval: 0 });
  }

  /**
   * Reads segments up to the next scan's compressed data.
   *
   * @returns the scan's header; undefined at the end of the image, `"cut"` at the end of the bytes
   * @throws {Error} if a segment is damaged or of an unsupported kind.
   */
  nextScan(): Scan | "cut" | undefined {
    for (;;) {
      const marker = this.#nextMarker();
      if (marker === undefined) return "cut";
      if (marker === EOI) return undefined;
      // TEM and restart markers have no content.
      if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
      const segment = this.#segment();
      if (!segment) return "cut";
      if (marker === SOS) return readScan(this.frame, segment);
      this.#read(marker, segment);
    }
  }

  /** Skips fill bytes, and misplaced bytes like other programs, up to the next marker. */
  #nextMarker(): number | undefined {
    const { bytes } = this;
    for (let at = this.position; at + 1 < bytes.length; at++) {
      if (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0) continue;
      this.position = at + 2;
      return bytes[at + 1];
    }
  }

  #segment(): Uint8Array | undefined {
    const { bytes, position } = this;
    const length = Math.max(2, bytes[position] << 8 | bytes[position + 1]);
    if (position + length > bytes.length) return undefined;
    this.position += length;
    return bytes.subarray(position + 2, position + length);
  }

  #read(marker: number, segment: Uint8Array): void {
    const readTables = TABLE_READERS.get(marker);
    if (readTables) return readTables(this.tables, segment);
    if (isFrameMarker(marker)) {
      if (this.frame) throw new DamagedError("it has two frame headers: it is damaged");
      this.frame = readFrame(marker, segment);
    } else if (marker >= APP0 && marker < APP0 + 16) this.#readApplication(marker, segment);
    else if (marker === 0xf7) throw new Error("it is a JPEG-LS file: save it as PNG");
    else if (marker !== COM && marker !== DNL) {
      const name = `FF${marker.toString(16).toUpperCase().padStart(2, "0")}`;
      throw new Error(`it has a segment ${name}, which common JPEGs lack: if it is not damaged, save it as PNG`);
    }
  }

  #readApplication(marker: number, segment: Uint8Array): void {
    if (marker === APP0 && segment.length >= 14 && startsWith(segment, "JFIF\0")) this.jfif = true;
    if (marker === APP14 && segment.length >= 12 && startsWith(segment, "Adobe")) this.transform = segment[11];
    if (marker === APP1 && startsWith(segment, "Exif\0\0")) this.exif.push(segment.subarray(6));
    const xmp = "http://ns.adobe.com/xap/1.0/\0";
    if (marker === APP1 && startsWith(segment, xmp)) this.xmp = segment.subarray(xmp.length);
  }
}
