import type { Random } from "../../math/random.ts";
import { between, blur, expose, type Layer, mix, smoothNoise, vignette } from "./canvas.ts";
import { type Contour, randomContour, scatter, visitPixels } from "./contour.ts";

interface Nucleus {
  centre: readonly [number, number];
  radius: number;
  /** Photons per pixel at its centre. */
  brightness: number;
  /** Changes its shape. Default: unchanged. */
  reshape?: (contour: Contour) => Contour;
}

/** A kind of cell: how it differs from a nucleus of the only kind. */
export interface CellKind {
  /** Factor of the brightness. */
  gain: number;
  reshape(contour: Contour): Contour;
}

/**
 * Draws one nucleus: darker at its rim, with chromatin texture and a few dark nucleoli. Light adds up where nuclei
 * overlap.
 *
 * @param visit called with each pixel of the nucleus
 */
function drawNucleus(
  light: Layer,
  size: number,
  { centre: [cx, cy], radius, brightness, reshape = (contour) => contour }: Nucleus,
  random: Random,
  visit?: (at: number) => void,
): void {
  const outline = reshape(randomContour(cx, cy, radius, random));
  const nucleoli = Array.from({ length: random.integer(4) }, () => ({
    u: random.uniform(-0.5, 0.5),
    v: random.uniform(-0.5, 0.5),
    width: random.uniform(0.1, 0.2),
  }));
  const phase = random.uniform(0, 99), grain = random.uniform(2, 4), depth = random.uniform(0.06, 0.16);
  visitPixels(outline, size, 0, (at, u, v, distance) => {
    const x = at % size, y = Math.floor(at / size);
    let value = brightness * Math.sqrt(1 - 0.75 * distance ** 4);
    for (const spot of nucleoli) {
      value *= 1 - 0.35 * Math.exp(-((u - spot.u) ** 2 + (v - spot.v) ** 2) / spot.width ** 2);
    }
    value *= 1 + depth * Math.sin(x / grain + phase) * Math.cos(y / grain + 1.7 * phase) +
      depth * Math.sin((x + y) / (1.6 * grain) + phase);
    light[at] += value;
    visit?.(at);
  });
}

function drawDebris(light: Layer, size: number, count: number, glow: readonly [number, number], random: Random): void {
  for (let i = 0; i < count; i++) {
    const x = random.integer(size), y = random.integer(size), bright = random.uniform(...glow);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (y + dy >= 0 && y + dy < size && x + dx >= 0 && x + dx < size) {
          light[(y + dy) * size + x + dx] += bright / (1 + dx * dx + dy * dy);
        }
      }
    }
  }
}

/**
 * The value of the internal scale at difficulty 1. There, base models reach a Dice of 0.3 to 0.4, and four times the
 * training adds little (`bench/original_world.ts`). At 1 on the internal scale, nothing is visible.
 */
const HARDEST = 0.78;

/**
 * Draws fluorescent nuclei: isolated or in clumps, textured, some dim, some out of focus, some dying (small and
 * bright), with debris, uneven illumination, the blur of the optics, and the camera's shot and read noise.
 *
 * Difficulty reduces the photons, increases background and read noise, and adds clumps, nuclei that are dim or out of
 * focus, and above all clutter: unlabelled nuclei of the same size from other planes, which are out of focus. At 1,
 * clutter is as bright as labelled nuclei, and noise hides the sharper edges that distinguish the labelled ones.
 *
 * @param drawKind draws the kind of a labelled nucleus. Default: all are of one kind
 */
export function fluorescence(
  size: number,
  density: number,
  level: number,
  random: Random,
  drawKind?: (object: number) => CellKind,
) {
  const difficulty = HARDEST * level;
  const fields = (size / 256) ** 2;
  const labels = new Uint16Array(size * size);
  const sharp = new Float32Array(size * size), defocused = new Float32Array(size * size);
  const radius = random.uniform(mix(difficulty, 6, 7.3), mix(difficulty, 15, 11.2));
  const brightness = random.uniform(60, 260) * between(difficulty, 1.6, 0.05);
  const count = Math.max(1, random.poisson(density * random.uniform(0.4, 1.6) * fields));
  const clumped = mix(difficulty, 0.3, 0.5);
  const centres = scatter(size, count, radius, { clumped, apart: 1.5, gap: [1.6, 2.3] }, random);
  const dimShare = mix(difficulty, 0.07, 0.25), defocusedShare = mix(difficulty, 0.02, 0.3);
  centres.forEach((centre, i) => {
    const kind = random.next();
    const [scale, gain] = kind < 0.05
      ? [0.55, 2.2]
      : kind < 0.05 + dimShare
      ? [1.1, 0.35]
      : [random.uniform(0.8, 1.2), random.uniform(0.7, 1.3)];
    const layer = random.next() < defocusedShare ? defocused : sharp;
    const shape = drawKind?.(i + 1);
    const nucleus = {
      centre,
      radius: radius * scale,
      brightness: brightness * gain * (shape?.gain ?? 1),
      reshape: shape?.reshape,
    };
    drawNucleus(layer, size, nucleus, random, (at) => {
      if (labels[at] === 0) labels[at] = i + 1;
    });
  });
  // Nuclei of other planes: up to more than the labelled ones, and never labelled.
  const clutter = new Float32Array(size * size);
  const others = random.poisson(count * 2.5 * difficulty ** 2);
  for (let i = 0; i < others; i++) {
    const centre = [random.uniform(0, size), random.uniform(0, size)] as const;
    const bright = brightness * random.uniform(0.6, 1.4) * mix(difficulty, 0.3, 1);
    drawNucleus(clutter, size, { centre, radius: radius * random.uniform(0.8, 1.2), brightness: bright }, random);
  }

  const background = random.uniform(4, 22) * between(difficulty, 0.85, 2);
  const haze = smoothNoise(size, size / 2, random);
  const glow = blur(sharp, size, random.uniform(5, 8));
  drawDebris(sharp, size, random.poisson(mix(difficulty, 4, 12) * fields), [20, 120], random);
  const inFocus = blur(sharp, size, random.uniform(0.8, mix(difficulty, 2.6, 1.4)));
  const outOfFocus = blur(defocused, size, random.uniform(2.2, 3.5));
  const blurredClutter = others ? blur(clutter, size, random.uniform(2.5, 4)) : clutter;
  const light = vignette(size, random.uniform(0, mix(difficulty, 0.3, 0.5)), random);
  const gain = random.uniform(0.25, 1) / between(difficulty, 1.3, 0.2);
  const readNoise = random.uniform(1, 4) * between(difficulty, 0.9, 2);
  const photons = inFocus.map((value, i) =>
    (value + outOfFocus[i] + blurredClutter[i] + 0.12 * glow[i] + background * (1 + 0.4 * haze[i])) * light[i]
  );
  return { labels, pixels: expose(photons, { gain, readNoise }, random) };
}
