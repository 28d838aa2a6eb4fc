import type { Random } from "../../math/random.ts";

/** A closed shape: an ellipse with an irregular outline. */
export interface Contour {
  cx: number;
  cy: number;
  /** Mean radius in pixels. */
  radius: number;
  elongation: number;
  cos: number;
  sin: number;
  waves: { order: number; phase: number; height: number }[];
}

/** Draws a random shape. */
export function randomContour(cx: number, cy: number, radius: number, random: Random): Contour {
  const elongation = random.uniform(1, 1.6), angle = random.uniform(0, Math.PI);
  const waves = [2, 3, 4].map((order) => ({
    order,
    phase: random.uniform(0, 7),
    height: random.uniform(0, 0.09 / (order - 1)),
  }));
  return { cx, cy, radius, elongation, cos: Math.cos(angle), sin: Math.sin(angle), waves };
}

/**
 * Visits the pixels in and around a shape.
 *
 * @param margin distance beyond the outline, in mean radii
 * @param visit receives the pixel, its coordinates along the shape's axes (−1 to 1 inside) and its distance from the
 * centre (1 on the outline)
 */
export function visitPixels(
  { cx, cy, radius, elongation, cos, sin, waves }: Contour,
  size: number,
  margin: number,
  visit: (at: number, u: number, v: number, distance: number) => void,
): void {
  const stretch = Math.sqrt(elongation);
  const reach = Math.ceil(radius * stretch * (1.3 + margin));
  for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(size - 1, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(size - 1, cx + reach); x++) {
      const dx = x - cx, dy = y - cy;
      const u = (dx * cos + dy * sin) / (radius * stretch);
      const v = (dy * cos - dx * sin) / (radius / stretch);
      const theta = Math.atan2(v, u);
      let outline = 1;
      for (const { order, phase, height } of waves) outline += height * Math.sin(order * theta + phase);
      const distance = Math.hypot(u, v) / outline;
      if (distance <= 1 + margin) visit(y * size + x, u, v, distance);
    }
  }
}

/**
 * Draws the centres of shapes, isolated or close to another.
 *
 * @param clumped fraction of the shapes that are placed close to another
 * @param apart minimum distance between two centres, in radii
 * @param gap range of the distance between the centres of close shapes, in radii
 */
export function scatter(
  size: number,
  count: number,
  radius: number,
  { clumped, apart, gap }: { clumped: number; apart: number; gap: readonly [number, number] },
  random: Random,
): [number, number][] {
  const centres: [number, number][] = [];
  for (let tries = 0; centres.length < count && tries < 40 * count; tries++) {
    const parent = centres.length && random.next() < clumped ? centres[random.integer(centres.length)] : undefined;
    const direction = random.uniform(0, 2 * Math.PI), distance = random.uniform(...gap) * radius;
    const centre: [number, number] = parent
      ? [parent[0] + distance * Math.cos(direction), parent[1] + distance * Math.sin(direction)]
      : [random.uniform(-0.5 * radius, size + 0.5 * radius), random.uniform(-0.5 * radius, size + 0.5 * radius)];
    if (centres.some(([x, y]) => Math.hypot(x - centre[0], y - centre[1]) < apart * radius)) continue;
    centres.push(centre);
  }
  return centres;
}
