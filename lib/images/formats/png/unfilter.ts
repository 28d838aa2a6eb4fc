import { DamagedError } from "../damaged_error.ts";

/**
 * Undoes PNG's filters: each byte is the sum of the stored byte and a prediction from the bytes to its left (a),
 * above (b) and above left (c) (W3C PNG, section 9).
 *
 * @param stored rows of a filter number and `rowBytes` bytes
 * @param pixelBytes distance to the same byte of the pixel on the left; 1 below 8 bits
 * @returns `[rows, rowBytes]`
 */
export function unfilter(stored: Uint8Array, rows: number, rowBytes: number, pixelBytes: number): Uint8Array {
  const out = new Uint8Array(rows * rowBytes);
  for (let y = 0; y < rows; y++) {
    const filter = stored[y * (rowBytes + 1)];
    const row = stored.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
    const start = y * rowBytes, above = start - rowBytes;
    switch (filter) {
      case 0:
        out.set(row, start);
        break;
      case 1:
        for (let i = 0; i < rowBytes; i++) {
          out[start + i] = row[i] + (i >= pixelBytes ? out[start + i - pixelBytes] : 0);
        }
        break;
      case 2:
        if (y === 0) out.set(row, start);
        else for (let i = 0; i < rowBytes; i++) out[start + i] = row[i] + out[above + i];
        break;
      case 3:
        for (let i = 0; i < rowBytes; i++) {
          const a = i >= pixelBytes ? out[start + i - pixelBytes] : 0, b = y > 0 ? out[above + i] : 0;
          out[start + i] = row[i] + (a + b >> 1);
        }
        break;
      case 4:
        for (let i = 0; i < rowBytes; i++) {
          const left = i >= pixelBytes;
          const a = left ? out[start + i - pixelBytes] : 0, b = y > 0 ? out[above + i] : 0;
          const c = left && y > 0 ? out[above + i - pixelBytes] : 0;
          // Paeth's predictor: the byte that is nearest to a + b − c.
          const pa = Math.abs(b - c), pb = Math.abs(a - c), pc = Math.abs(a + b - 2 * c);
          out[start + i] = row[i] + (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
        }
        break;
      default:
        throw new DamagedError(`its row ${y + 1} has the unknown filter ${filter}: the file is damaged`);
    }
  }
  return out;
}
