/** The size marker of a JPEG 2000 codestream (ITU-T T.800, A.5.1). */
export interface Jpeg2000Header {
  width: number;
  height: number;
  /** Depth, sign and subsampling of each component. */
  components: { bits: number; signed: boolean; subsampled: boolean }[];
  /** Whether the picture does not begin in the corner of its grid. */
  offset: boolean;
  /** Offset of the components' depths in the codestream. */
  depthsAt: number;
}

const START = 0xff4f, SIZE = 0xff51;
/** The type of the codestream's box: "jp2c". */
const CODESTREAM_BOX = 0x6a703263;

/**
 * Finds the codestream, bare or in the boxes of a JP2 file, whose colour space is ignored.
 *
 * @throws {Error} if there is none
 */
export function findCodestream(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length > 2 && view.getUint16(0) === START) return bytes;
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = view.getUint32(at), long = length === 1;
    const end = long ? at + Number(view.getBigUint64(at + 8)) : length === 0 ? bytes.length : at + length;
    if (view.getUint32(at + 4) === CODESTREAM_BOX) return bytes.subarray(at + (long ? 16 : 8), end);
    if (end <= at) break;
    at = end;
  }
  throw new Error("its JPEG 2000 data contain no codestream");
}

/**
 * Reads the size marker of a codestream.
 *
 * @throws {Error} if the codestream does not begin with it
 */
export function readJpeg2000Header(codestream: Uint8Array): Jpeg2000Header {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  if (codestream.length < 42 || view.getUint16(2) !== SIZE) {
    throw new Error("its JPEG 2000 data end within their header");
  }
  const [width, height, x, y] = [8, 12, 16, 20].map((at) => view.getUint32(at));
  const count = view.getUint16(40), depthsAt = 42;
  if (codestream.length < depthsAt + 3 * count) throw new Error("its JPEG 2000 data end within their header");
  const components = Array.from({ length: count }, (_, i) => {
    const [depth, horizontal, vertical] = codestream.subarray(depthsAt + 3 * i, depthsAt + 3 * i + 3);
    return { bits: (depth & 127) + 1, signed: depth > 127, subsampled: horizontal !== 1 || vertical !== 1 };
  });
  return { width, height, components, offset: x > 0 || y > 0, depthsAt };
}
