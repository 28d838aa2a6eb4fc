/**
 * Measures how long objects take on a large image: processor seconds and memory of each step.
 *
 *     deno run -A bench/objects.ts [side, default 4096]
 */
import { compareObjects } from "lib/evaluate";
import { distanceTransform, instancesFromBorder, instancesFromForeground } from "lib/objects";
import process from "node:process";
import { Random } from "lib/math/random.ts";

const side = Number(Deno.args[0] ?? 4096), size = { width: side, height: side };

/** Draws one disc of radius 12 to 20 per cell of a jittered grid, so that many touch. */
function drawDiscs(): { truth: Uint32Array; foreground: Float32Array; count: number } {
  const random = new Random(7), cell = 40, cells = Math.floor(side / cell);
  const truth = new Uint32Array(side * side);
  for (let number = 1; number <= cells * cells; number++) {
    const cx = ((number - 1) % cells + random.uniform(0.3, 0.7)) * cell;
    const cy = (Math.floor((number - 1) / cells) + random.uniform(0.3, 0.7)) * cell, radius = random.uniform(12, 20);
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(side, cy + radius); y++) {
      const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
      const from = Math.max(0, Math.ceil(cx - half)), to = Math.min(side - 1, Math.floor(cx + half));
      truth.fill(number, y * side + from, y * side + to + 1);
    }
  }
  const foreground = new Float32Array(side * side);
  for (let i = 0; i < foreground.length; i++) foreground[i] = truth[i] > 0 ? 1 : 0;
  return { truth, foreground, count: cells * cells };
}

/** Background, interior and border, the outer two pixels of each disc. */
function drawBorders(truth: Uint32Array): Float32Array {
  const out = new Float32Array(3 * truth.length);
  for (let i = 0; i < truth.length; i++) {
    const differs = [-2, 2, -2 * side, 2 * side].some((step) => truth[i + step] !== truth[i]);
    out[3 * i + (truth[i] === 0 ? 0 : differs ? 2 : 1)] = 1;
  }
  return out;
}

function measure<T>(name: string, work: () => T): T {
  const before = process.cpuUsage(), start = performance.now();
  const result = work();
  const after = process.cpuUsage();
  const cpu = (after.user + after.system - before.user - before.system) / 1e6;
  const wall = (performance.now() - start) / 1000;
  const memory = Deno.memoryUsage().rss / 2 ** 20;
  console.log(
    `${name.padEnd(28)} ${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s, ${memory.toFixed(0)} MiB resident after it`,
  );
  return result;
}

const { truth, foreground, count } = drawDiscs();
console.log(`${side} × ${side} pixels, ${count} discs`);
measure("distance transform", () => distanceTransform(foreground, size));
const divided = measure("objects from foreground", () => instancesFromForeground(foreground, size));
measure("comparison with the truth", () => compareObjects(truth, divided.labels.data));
const borders = drawBorders(truth);
const bordered = measure("objects from borders", () => instancesFromBorder(borders, size));
console.log(`${divided.count} objects from foreground, ${bordered.count} from borders`);
