import type { Random } from "../../math/random.ts";
import { between, blur, expose, mix, smoothNoise } from "./canvas.ts";
import { randomContour, visitPixels } from "./contour.ts";

/**
 * Draws a tissue section in the style of transmission electron microscopy: labelled cells fill the plane, separated by
 * dark membranes, which are background; the cells' interior is bright and textured, with dark mitochondria and
 * vesicles. Difficulty makes membranes faint (as if cut obliquely) and interiors as dark as membranes, and adds noise.
 */
export function electron(size: number, density: number, difficulty: number, random: Random) {
  const spacing = 256 / Math.sqrt(1.6 * density * random.uniform(0.7, 1.4));
  const cells = Math.ceil(size / spacing) + 4;
  const seeds = Array.from({ length: cells * cells }, (_, i) => ({
    x: (i % cells - 1.5 + random.uniform(-0.45, 0.45)) * spacing,
    y: (Math.floor(i / cells) - 1.5 + random.uniform(-0.45, 0.45)) * spacing,
    // A positive weight moves the cell's membrane outwards.
    weight: random.uniform(-0.12, 0.12) * spacing,
    // The visibility of its membrane, which an oblique cut reduces.
    visibility: random.next() < mix(difficulty, 0.03, 0.5) ? random.uniform(0.1, 0.5) : 1,
    shade: random.uniform(-1, 1),
  }));
  // Irregular membranes: the positions are displaced by smooth noise.
  const displacement = [0, 1].map(() => smoothNoise(size, spacing / 2.5, random));
  const reach = 0.22 * spacing;
  const thickness = random.uniform(2.2, 3.4);
  const labels = new Uint16Array(size * size), tissue = new Float32Array(size * size);
  const depth = between(difficulty, 0.75, 0.2), shadeRange = mix(difficulty, 0.05, 0.14);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at++) {
      const px = x + reach * displacement[0][at], py = y + reach * displacement[1][at];
      const column = Math.round(px / spacing + 1.5), row = Math.round(py / spacing + 1.5);
      let first = Infinity, second = Infinity, owner = 0, neighbour = 0;
      for (let j = row - 2; j <= row + 2; j++) {
        for (let i = column - 2; i <= column + 2; i++) {
          if (i < 0 || j < 0 || i >= cells || j >= cells) continue;
          const index = j * cells + i, { x: sx, y: sy, weight } = seeds[index];
          const distance = Math.hypot(px - sx, py - sy) - weight;
          if (distance < first) {
            [second, neighbour] = [first, owner];
            [first, owner] = [distance, index];
          } else if (distance < second) [second, neighbour] = [distance, index];
        }
      }
      // The distance to the border is half the difference of the distances.
      const border = (second - first) / 2;
      if (border > thickness / 2) labels[at] = owner + 1;
      const visibility = Math.min(seeds[owner].visibility, seeds[neighbour].visibility);
      tissue[at] = 1 + shadeRange * seeds[owner].shade -
        depth * visibility * Math.exp(-((border / (0.62 * thickness)) ** 2));
    }
  }
  const organelles = random.poisson(mix(difficulty, 10, 40) * (size / 256) ** 2);
  for (let k = 0; k < organelles; k++) {
    const outline = randomContour(random.uniform(0, size), random.uniform(0, size), random.uniform(3, 8), random);
    const dark = random.uniform(0.15, 0.5) * between(difficulty, 1, 0.6), hollow = random.next() < 0.5;
    visitPixels(outline, size, 0, (at, _u, _v, distance) => {
      if (labels[at] > 0) tissue[at] -= dark * (hollow ? Math.exp(-(((distance - 0.9) / 0.15) ** 2)) : 0.8);
    });
  }
  const grain = blur(smoothNoise(size, 2, random), size, 0.8);
  const blurred = blur(tissue, size, random.uniform(0.6, 1 + difficulty));
  const charge = smoothNoise(size, size / 2, random);
  const dose = random.uniform(60, 140) * between(difficulty, 1.6, 0.2);
  const photons = blurred.map((value, i) => dose * Math.max(0.05, value + 0.1 * grain[i] + 0.06 * charge[i]));
  return { labels, pixels: expose(photons, { gain: random.uniform(140, 175) / dose, readNoise: 1.5 }, random) };
}
