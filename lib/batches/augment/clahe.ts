import type { Random } from "../../math/random.ts";
import type { Pixels } from "./intensity.ts";

const CELLS = 8, BINS = 256;

/**
 * Applies contrast-limited adaptive histogram equalisation (Zuiderveld 1994): each of 8 × 8 cells has a mapping of
 * brightness, whose slope is at most the limit (1 to 4), and each pixel is mapped by interpolating the four nearest
 * mappings. In coloured images, the brightness is mapped and its change added to all channels. The mapped brightness is
 * within 0 to 1.
 */
export function clahe({ data, side, channels }: Pixels, random: Random): void {
  const limit = random.uniform(1, 4);
  const cells = Math.min(CELLS, side), size = side / cells;
  const bins = new Uint8Array(side * side);
  for (let i = 0, at = 0; i < bins.length; i++, at += channels) {
    const value = channels === 1 ? data[at] : 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    bins[i] = value <= 0 ? 0 : value >= 1 ? BINS - 1 : value * BINS;
  }
  const tables = new Float32Array(cells * cells * BINS);
  const edges = Int32Array.from({ length: cells + 1 }, (_, i) => Math.round(i * size));
  const counts = new Uint32Array(BINS);
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      counts.fill(0);
      for (let y = edges[row]; y < edges[row + 1]; y++) {
        for (let x = edges[column]; x < edges[column + 1]; x++) counts[bins[y * side + x]]++;
      }
      const pixels = (edges[row + 1] - edges[row]) * (edges[column + 1] - edges[column]);
      const clip = Math.max(1, Math.floor(limit * pixels / BINS));
      let excess = 0;
      for (let bin = 0; bin < BINS; bin++) excess += Math.max(0, counts[bin] - clip);
      const share = excess / BINS;
      const at = (row * cells + column) * BINS;
      let sum = 0;
      for (let bin = 0; bin < BINS; bin++) {
        sum += Math.min(counts[bin], clip) + share;
        tables[at + bin] = sum / pixels;
      }
    }
  }
  // The nearest cells on both sides of a pixel, and its position between their centres.
  const near = (place: number) => {
    const at = (place + 0.5) / size - 0.5, low = Math.floor(at);
    return [Math.max(0, low), Math.min(cells - 1, low + 1), at - low] as const;
  };
  const columns = Array.from({ length: side }, (_, x) => near(x));
  const low = Int32Array.from(columns, ([a]) => a * BINS), high = Int32Array.from(columns, ([, b]) => b * BINS);
  const share = Float32Array.from(columns, ([, , f]) => f);
  for (let y = 0, i = 0, at = 0; y < side; y++) {
    const [above, below, fy] = near(y);
    const top = above * cells * BINS, bottom = below * cells * BINS;
    for (let x = 0; x < side; x++, i++, at += channels) {
      const bin = bins[i], fx = share[x];
      const a = tables[top + low[x] + bin], b = tables[top + high[x] + bin];
      const c = tables[bottom + low[x] + bin], d = tables[bottom + high[x] + bin];
      const upper = a + fx * (b - a), lower = c + fx * (d - c);
      const mapped = upper + fy * (lower - upper);
      if (channels === 1) data[at] = mapped;
      else {
        const change = mapped - (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
        for (let k = 0; k < channels; k++) data[at + k] += change;
      }
    }
  }
}
