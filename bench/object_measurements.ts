/**
 * Compares the speed of measuring about 1,000 objects in an image of 2048² pixels with that of scikit-image's
 * `regionprops_table`: the same columns, processor time, alternating rounds. It also compares the numbers.
 *
 *     deno run -A bench/object_measurements.ts [--rounds 5]
 *
 * About a minute on 2 cores. Writes results/bench/object_measurements.json.
 */
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { measureObjects, objectColumn } from "lib/objects";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { median } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { provenance } from "lib/runs/provenance.ts";
import { pinnedPython } from "./pinned_python.ts";
import { Side } from "./side.ts";
import { pairedRatio } from "./statistics.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const SIDE = 2048, GRID = 32, CELL = SIDE / GRID;

/** Draws 1,024 objects of 10 to 30 pixels' radius with wavy outlines: one in each square of a grid. */
function drawObjects(random: Random): Uint16Array {
  const data = new Uint16Array(SIDE * SIDE);
  for (let object = 0; object < GRID ** 2; object++) {
    const left = object % GRID * CELL, top = Math.floor(object / GRID) * CELL;
    const radius = 10 + 15 * random.next(), waves = 2 + random.integer(5), depth = 0.25 * random.next();
    const stretch = 1 + 0.3 * random.next(), turn = 2 * Math.PI * random.next();
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) {
        const dy = (y - CELL / 2) * stretch, dx = x - CELL / 2;
        const edge = radius * (1 + depth * Math.sin(waves * Math.atan2(dy, dx) + turn));
        if (Math.hypot(dy, dx) < edge) data[(top + y) * SIDE + left + x] = object + 1;
      }
    }
  }
  return data;
}

/** Returns the processor time of this process, in seconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Returns the largest relative difference from scikit-image over all columns, except for the direction of circles. */
function largestDifference(table: ReturnType<typeof measureObjects>, theirs: Record<string, number[]>): number {
  let largest = 0;
  for (const [name, values] of Object.entries(theirs)) {
    const ours = objectColumn(table, name);
    for (const [k, value] of values.entries()) {
      if (name === "orientation" && theirs.eccentricity[k] <= 1e-3) continue;
      const difference = Math.abs(ours[k] - value);
      // An axis has the same direction at −π/2 and at π/2.
      const direct = name === "orientation" ? Math.min(difference, Math.abs(Math.PI - difference)) : difference;
      largest = Math.max(largest, direct / Math.max(Math.abs(value), 1e-3));
    }
  }
  return largest;
}

const python = await pinnedPython("objects", "scikit-image");
const folder = await Deno.makeTempDir();
try {
  const random = new Random(1);
  const labels = { width: SIDE, height: SIDE, data: drawObjects(random) };
  const pixels = Uint16Array.from(labels.data, (label) => (label ? 9000 : 900) + random.integer(4000));
  const image = { width: SIDE, height: SIDE, channels: 1, bits: 16, data: pixels } as const;
  await Deno.writeFile(join(folder, "labels.raw"), new Uint8Array(labels.data.buffer));
  await Deno.writeFile(join(folder, "image.raw"), new Uint8Array(pixels.buffer));
  const side = new Side("Python", python, [
    join(projectFolder(), "bench/object_measurements_side.py"),
    folder,
    String(SIDE),
  ]);
  const versions = await side.hello();
  const ours: number[] = [], theirs: number[] = [];
  let difference = 0, count = 0;
  for (let round = -1; round < rounds; round++) {
    const start = processorTime();
    const table = measureObjects(labels, image);
    const taken = processorTime() - start;
    const { seconds: [python] } = await side.run(1);
    difference = largestDifference(table, JSON.parse(await Deno.readTextFile(join(folder, "table.json"))));
    count = table.count;
    if (round < 0) continue;
    ours.push(taken);
    theirs.push(python);
  }
  await side.end();
  const ratio = pairedRatio(ours, theirs);
  console.log(
    `${count} objects: ${median(ours).toFixed(2)} s, scikit-image ${median(theirs).toFixed(2)} s of processor time; ` +
      `${ratio.ratio.toFixed(1)} (${ratio.low.toFixed(1)} to ${ratio.high.toFixed(1)}) times as fast; ` +
      `largest relative difference ${difference.toExponential(1)}`,
  );
  const record = {
    date: new Date().toISOString().slice(0, 10),
    provenance: provenance(),
    versions,
    side: SIDE,
    objects: count,
    rounds,
    processorSeconds: { ours: median(ours), scikitImage: median(theirs) },
    ratio,
    largestDifference: difference,
  };
  await replaceText(
    join(projectFolder(), "results/bench/object_measurements.json"),
    JSON.stringify(record, null, 1) + "\n",
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
