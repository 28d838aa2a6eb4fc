import { type Colour, type FormatReader, type Header, parseOrientation, type Raster, startsWith } from "../format.ts";
import { unzlib } from "../unzlib.ts";
import { pngChunks, type PngHeader, readPngHeader } from "./chunks.ts";
import { readOrientation as exifOrientation } from "../exif_orientation.ts";
import { unfilter } from "./unfilter.ts";
import { DamagedError } from "../damaged_error.ts";

/** Samples per pixel by colour type, and their meaning. */
const COLOURS: Record<number, { samples: number; colour: Colour; alpha: boolean }> = {
  0: { samples: 1, colour: "grey", alpha: false },
  2: { samples: 3, colour: "rgb", alpha: false },
  3: { samples: 1, colour: "palette", alpha: false },
  4: { samples: 2, colour: "grey", alpha: true },
  6: { samples: 4, colour: "rgb", alpha: true },
};

/** First column and row, and steps of columns and rows, of Adam7's seven passes. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** PNG (W3C, third edition): 1 to 16 bits, palettes, interlacing; the first picture of an animation. */
export const png: FormatReader = {
  label: "PNG",
  extensions: ["png"],
  matches: (bytes) => startsWith(bytes, 0x89, 0x50, 0x4e, 0x47),
  readHeader(bytes): Header {
    const { width, height, colourType } = readPngHeader(bytes);
    const { samples, alpha } = COLOURS[colourType];
    return {
      width,
      height,
      pages: 1,
      channels: samples,
      ...(alpha && { alpha }),
      orientation: readOrientation(bytes),
    };
  },

  async readRaster(bytes): Promise<Raster> {
    const header = readPngHeader(bytes);
    const { width, height, bits, colourType, interlaced } = header;
    const { samples, colour, alpha } = COLOURS[colourType];
    const { compressed, palette } = readParts(bytes);
    if (colour === "palette" && !palette) throw new Error("it has palette indices but no palette");
    const passes = interlaced ? ADAM7 : [[0, 0, 1, 1]];
    const parts = passes.map(([left, top, dx, dy]) => {
      const columns = Math.ceil((width - left) / dx), rows = Math.ceil((height - top) / dy);
      const rowBytes = Math.ceil(columns * samples * bits / 8);
      return { left, top, dx, dy, columns, rows, rowBytes };
    }).filter(({ columns, rows }) => columns > 0 && rows > 0);
    const needed = parts.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
    const filtered = await unzlib(compressed, needed);
    if (filtered.length < needed) {
      throw new DamagedError(
        `its pixels end after ${filtered.length} of ${needed} bytes: the file is cut off or damaged`,
      );
    }
    const data = bits === 16 ? new Uint16Array(width * height * samples) : new Uint8Array(width * height * samples);
    let at = 0;
    for (const part of parts) {
      const stored = filtered.subarray(at, at += part.rows * (1 + part.rowBytes));
      const rows = unfilter(stored, part.rows, part.rowBytes, Math.ceil(samples * bits / 8));
      placePass(rows, part, header, samples, data);
    }
    // Like other PNG readers, scale grey of 2 and 4 bits to 8.
    const spread = colour === "grey" && (bits === 2 || bits === 4);
    if (spread) { for (let i = 0; i < data.length; i++) data[i] *= bits === 2 ? 85 : 17; }
    return {
      width,
      height,
      channels: samples,
      colour,
      alpha,
      bits: spread ? 8 : bits,
      data,
      ...(colour === "palette" ? { palette } : {}),
      orientation: readOrientation(bytes),
    };
  },
};

/** Reads the palette and the compressed pixels, joined in one buffer: a file may have millions of one-byte chunks. */
function readParts(bytes: Uint8Array): { compressed: Uint8Array; palette?: Uint8Array } {
  let joined: Uint8Array | undefined, compressed: Uint8Array = new Uint8Array(), palette: Uint8Array | undefined;
  for (const { type, data } of pngChunks(bytes, ["PLTE", "IDAT"])) {
    if (type === "PLTE") palette ??= data;
    else if (compressed.length === 0) compressed = data;
    else {
      if (!joined) {
        joined = new Uint8Array(bytes.length);
        joined.set(compressed);
      }
      joined.set(data, compressed.length);
      compressed = joined.subarray(0, compressed.length + data.length);
    }
  }
  return { compressed, palette };
}

function readOrientation(bytes: Uint8Array) {
  const [exif] = pngChunks(bytes, ["eXIf"]);
  return parseOrientation(exif && exifOrientation([exif.data]));
}

/** Writes one pass's pixels to their positions in the picture. */
function placePass(
  rows: Uint8Array,
  { left, top, dx, dy, columns, rows: count, rowBytes }: {
    left: number;
    top: number;
    dx: number;
    dy: number;
    columns: number;
    rows: number;
    rowBytes: number;
  },
  { width, bits }: PngHeader,
  samples: number,
  out: Uint8Array | Uint16Array,
): void {
  if (bits === 8 && dx === 1 && dy === 1) return out.set(rows);
  const top8 = 2 ** Math.min(bits, 8) - 1;
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < columns; x++) {
      let to = ((top + y * dy) * width + left + x * dx) * samples;
      for (let s = 0; s < samples; s++) {
        const index = x * samples + s;
        if (bits === 16) {
          const from = y * rowBytes + 2 * index;
          out[to++] = rows[from] << 8 | rows[from + 1];
        } else if (bits === 8) out[to++] = rows[y * rowBytes + index];
        else {
          const bit = index * bits;
          out[to++] = rows[y * rowBytes + (bit >> 3)] >> (8 - bits - (bit & 7)) & top8;
        }
      }
    }
  }
}
