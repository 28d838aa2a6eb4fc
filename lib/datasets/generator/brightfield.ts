import type { Random } from "../../math/random.ts";
import { between, blur, expose, mix, smoothNoise, vignette } from "./canvas.ts";
import { randomContour, scatter, visitPixels } from "./contour.ts";

/**
 * Draws brightfield cells on a bright background: slightly darker than it, with a dark rim, a bright halo and granules,
 * some with a nucleus. Difficulty reduces contrast and light, and adds uneven illumination and dirt.
 */
export function brightfield(size: number, density: number, difficulty: number, random: Random) {
  const fields = (size / 256) ** 2;
  const labels = new Uint16Array(size * size);
  // A pixel's transmittance, minus 1.
  const change = new Float32Array(size * size);
  const granules = smoothNoise(size, 2.5, random);
  const radius = random.uniform(11, 17);
  const contrast = random.uniform(0.8, 1.2) * between(difficulty, 1.3, 0.18);
  const count = Math.max(1, random.poisson(0.7 * density * random.uniform(0.4, 1.6) * fields));
  const centres = scatter(
    size,
    count,
    radius,
    { clumped: mix(difficulty, 0.3, 0.6), apart: 1.8, gap: [1.9, 2.5] },
    random,
  );
  centres.forEach(([cx, cy], i) => {
    const outline = randomContour(cx, cy, radius * random.uniform(0.8, 1.2), random);
    const body = -0.1 * contrast * random.uniform(0.5, 1.5);
    const rim = 0.3 * contrast * random.uniform(0.7, 1.3), halo = 0.28 * contrast * random.uniform(0.7, 1.3);
    const nucleus = random.next() < 0.6 ? { u: random.uniform(-0.3, 0.3), v: random.uniform(-0.3, 0.3) } : undefined;
    visitPixels(outline, size, 0.6, (at, u, v, distance) => {
      const beyond = (distance - 1) * outline.radius;
      // The rim is inside the outline and the halo outside, each a few pixels wide.
      change[at] -= rim * Math.exp(-((beyond + 1) ** 2) / 3);
      change[at] += halo * Math.exp(-((beyond - 2.5) ** 2) / 6);
      if (distance > 1) return;
      change[at] += body + 0.16 * contrast * granules[at];
      if (nucleus) change[at] -= 0.14 * contrast * Math.exp(-((u - nucleus.u) ** 2 + (v - nucleus.v) ** 2) / 0.09);
      if (labels[at] === 0) labels[at] = i + 1;
    });
  });
  // Dirt on the glass: dark specks without a cell.
  for (let i = random.poisson(mix(difficulty, 1, 14) * fields); i > 0; i--) {
    const speck = randomContour(random.uniform(0, size), random.uniform(0, size), random.uniform(1.5, 4), random);
    visitPixels(
      speck,
      size,
      0.3,
      (at, _u, _v, distance) => change[at] -= 0.35 * contrast * Math.exp(-2 * distance ** 2),
    );
  }
  const blurred = blur(change, size, random.uniform(0.7, 1.2 + difficulty));
  const uneven = smoothNoise(size, size / 3, random), light = vignette(size, random.uniform(0.05, 0.3), random);
  const ground = random.uniform(300, 600) * between(difficulty, 1.4, 0.25);
  const photons = blurred.map((value, i) =>
    ground * light[i] * (1 + mix(difficulty, 0.02, 0.06) * uneven[i]) * Math.max(0.02, 1 + value)
  );
  return { labels, pixels: expose(photons, { gain: random.uniform(165, 200) / ground, readNoise: 2 }, random) };
}
