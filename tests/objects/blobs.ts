/** A generated picture of discs that touch. */
export interface Blobs {
  width: number;
  height: number;
  /** The discs' numbers, 0 for background; later ones cover earlier ones. */
  truth: Uint16Array;
  /** 1 in discs, 0 elsewhere. */
  foreground: Float32Array;
  /** Background, interior and border of the discs, `[height, width, 3]`; the border is one pixel wide. */
  border: Float32Array;
}

/** Draws discs at places and with radii that depend on the seed alone. */
export function drawBlobs(width: number, height: number, count: number, seed = 1, radius = 9): Blobs {
  let state = seed;
  const next = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32;
  const truth = new Uint16Array(width * height);
  for (let number = 1; number <= count; number++) {
    const cx = next() * width, cy = next() * height, r = radius * (0.5 + next() / 2);
    for (let y = Math.max(0, Math.ceil(cy - r)); y < Math.min(height, cy + r); y++) {
      for (let x = Math.max(0, Math.ceil(cx - r)); x < Math.min(width, cx + r); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= r * r) truth[y * width + x] = number;
      }
    }
  }
  const foreground = Float32Array.from(truth, (label) => Number(label > 0));
  const border = new Float32Array(3 * truth.length);
  truth.forEach((label, i) => {
    const x = i % width, y = Math.floor(i / width);
    const edge = [[0, 1], [1, 0], [0, -1], [-1, 0]].some(([dx, dy]) => {
      const u = x + dx, v = y + dy;
      return u >= 0 && v >= 0 && u < width && v < height && truth[v * width + u] !== label;
    });
    border[3 * i + (label === 0 ? 0 : edge ? 2 : 1)] = 1;
  });
  return { width, height, truth, foreground, border };
}
