import { DamagedError } from "../damaged_error.ts";

/**
 * Unpacks BMP's run-length encoding. Each code is a count and a value, or 0 and an escape: the end of a row (0) or of
 * the picture (1), a move (2), or a number of literal values, padded to an even number of bytes.
 *
 * Runs beyond the end of their row are truncated. Data that programs interpret differently are refused: rows without
 * pixels, and literal values and moves beyond the end of a row.
 *
 * @param half whether values are half bytes; a run then alternates between two
 * @returns indices, `[height, width]` in the file's order of rows; 0 for pixels that were not set
 */
export function unpackRunLengths(bytes: Uint8Array, width: number, height: number, half: boolean): Uint8Array {
  const out = new Uint8Array(width * height);
  let x = 0, y = 0, at = 0;
  const put = (value: number) => {
    if (x < width && y < height) out[y * width + x] = value;
    x++;
  };
  while (y < height) {
    if (at + 2 > bytes.length) {
      // The end marker may be missing.
      if (y === height - 1 && x >= width) break;
      throw new DamagedError(`it ends in row ${y + 1} of ${height}: the file is cut off`);
    }
    const count = bytes[at++], value = bytes[at++];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(half ? (i % 2 ? value & 15 : value >> 4) : value);
    } else if (value === 0) {
      if (x === 0) {
        throw new Error(`its row ${y + 1} has no pixels, which programs interpret differently: save it as PNG`);
      }
      x = 0;
      y++;
    } else if (value === 1) break;
    else if (value === 2) {
      x += bytes[at++];
      y += bytes[at++];
      if (!(x < width && y < height)) {
        throw new DamagedError(`its run lengths leave the picture in row ${y + 1}: it is damaged`);
      }
    } else {
      if (x + value > width) throw new DamagedError(`its row ${y + 1} has more than ${width} pixels: it is damaged`);
      const size = half ? Math.ceil(value / 2) : value;
      if (at + size > bytes.length) throw new DamagedError(`it ends in row ${y + 1} of ${height}: the file is cut off`);
      for (let i = 0; i < value; i++) {
        const byte = bytes[at + (half ? i >> 1 : i)];
        put(half ? (i % 2 ? byte & 15 : byte >> 4) : byte);
      }
      at += size + size % 2;
    }
  }
  return out;
}
