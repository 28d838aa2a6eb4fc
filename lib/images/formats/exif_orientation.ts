import { concatenate } from "../../io/concatenate.ts";

const ORIENTATION_TAG = 274;
const BYTE = 1, SHORT = 3, LONG = 4;

const isOrientation = (value: number) => Number.isInteger(value) && value >= 1 && value <= 8;

/** Reads Exif's orientation tag; undefined if it is missing or outside the segment. */
function readExifOrientation(exif: Uint8Array): number | undefined {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (exif.length < 8) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > exif.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.length) return undefined;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const type = view.getUint16(entry + 2, little);
    if (type === BYTE) return view.getUint8(entry + 8);
    if (type === SHORT) return view.getUint16(entry + 8, little);
    if (type === LONG) return view.getUint32(entry + 8, little);
  }
}

/**
 * Reads a picture's orientation: Exif's tag 274, else XMP's `tiff:Orientation`.
 *
 * @param exif contents of the Exif segments; long metadata are split into several
 * @param xmp content of the XMP segment
 * @returns Exif's number from 1 to 8 (1: as stored); 1 if it is missing or damaged.
 */
export function readOrientation(exif: Uint8Array[], xmp?: Uint8Array): number {
  let value = readExifOrientation(concatenate(exif));
  if (value === undefined && xmp) {
    value = Number(/tiff:Orientation(?:="|>)([0-9])/.exec(new TextDecoder().decode(xmp))?.[1]);
  }
  return value !== undefined && isOrientation(value) ? value : 1;
}
