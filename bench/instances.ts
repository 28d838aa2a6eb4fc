/**
 * Finds the objects of a large image, measures them and writes their files, as `predict` does after the network:
 * seconds of each step, and the peak memory of the process. Once with the watershed of a foreground, once with borders.
 *
 *     deno run -A bench/instances.ts [--side 4096]
 *
 * About a minute on 2 cores. Writes results/bench/instances.json. It fails if the steps of one way take more than 30 s,
 * or the process more than 2 GB.
 */
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { compareObjects } from "lib/evaluate";
import {
  encodeLabelTiff,
  encodeRoiArchive,
  findInstances,
  type InstanceKind,
  type LabeledObjects,
  measureObjects,
  objectCsv,
  traceOutlines,
} from "lib/objects";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { drawDiscs } from "./drawn_discs.ts";
import { processMemory } from "./process_memory.ts";

/** The most seconds of all steps after the prediction, and the most memory in bytes. */
const MOST_SECONDS = 30, MOST_MEMORY = 2e9;

/** What a step takes. */
interface Step {
  name: string;
  /** Seconds of all threads of the processor. */
  processorSeconds: number;
  seconds: number;
  /** Peak memory of the process up to its end, in bytes. */
  peakBytes: number;
}

function measure<T>(steps: Step[], name: string, work: () => T): T {
  const before = process.cpuUsage(), start = performance.now();
  const result = work();
  const seconds = (performance.now() - start) / 1000, { user, system } = process.cpuUsage(before);
  const step = { name, processorSeconds: (user + system) / 1e6, seconds, peakBytes: processMemory("VmHWM") };
  steps.push(step);
  console.log(
    `  ${name.padEnd(20)} ${step.processorSeconds.toFixed(2).padStart(6)} s CPU ${
      seconds.toFixed(2).padStart(6)
    } s   peak ${Math.round(step.peakBytes / 1e6)} MB`,
  );
  return result;
}

const { values } = parseArgs({ options: { side: { type: "string", default: "4096" } } });
const side = Number(values.side), size = { width: side, height: side };
const discs = drawDiscs(side), image = { ...size, channels: 1, bits: 16, data: discs.intensities } as const;
const peakBytesBefore = processMemory("VmHWM");
console.log(
  `${side} × ${side} pixels, ${discs.count} discs; ${Math.round(peakBytesBefore / 1e6)} MB with the image and two maps`,
);

/** Finds, measures and writes the objects of a map. */
function run(kind: InstanceKind, map: Float32Array) {
  const steps: Step[] = [], pixelSize = 0.325;
  console.log(kind);
  const { labels, count }: LabeledObjects = measure(steps, "instances", () => findInstances(kind, map, size, {}));
  const bytes: Record<string, number> = {};
  bytes.table = measure(
    steps,
    "table",
    () => new TextEncoder().encode(objectCsv(measureObjects(labels, image, { pixelSize }), { image: "a.tif" })).length,
  );
  bytes.rois = measure(steps, "ROIs", () => encodeRoiArchive([traceOutlines(labels)]).length);
  bytes.labels = measure(steps, "label TIFF", () => encodeLabelTiff([labels], { pixelSize }).length);
  const total = (key: "processorSeconds" | "seconds") => steps.reduce((sum, step) => sum + step[key], 0);
  const matched = compareObjects(discs.truth, labels.data, [0.5]).counts[0].truePositive;
  console.log(
    `  all ${" ".repeat(16)} ${total("processorSeconds").toFixed(2).padStart(6)} s CPU ${
      total("seconds").toFixed(2).padStart(6)
    } s   ${count} objects, ${matched} of them match a disc`,
  );
  return {
    kind,
    objects: count,
    matched,
    processorSeconds: total("processorSeconds"),
    seconds: total("seconds"),
    steps,
    bytes,
  };
}

const ways = [run("foreground", discs.foreground), run("border", discs.borders)];
const peakBytes = Math.max(...ways.flatMap(({ steps }) => steps.map((step) => step.peakBytes)));
const record = { provenance: provenance(), side, discs: discs.count, peakBytesBefore, peakBytes, ways };
const path = join(projectFolder(), "results/bench/instances.json");
if (side === 4096) await replaceText(path, JSON.stringify(record, null, 1) + "\n");
const slow = ways.filter(({ seconds }) => seconds > MOST_SECONDS);
for (const { kind, seconds } of slow) {
  console.error(`${kind} takes ${seconds.toFixed(1)} s, more than ${MOST_SECONDS} s`);
}
const isLarge = peakBytes > MOST_MEMORY;
if (isLarge) console.error(`The process has ${Math.round(peakBytes / 1e6)} MB, more than ${MOST_MEMORY / 1e6} MB`);
if (slow.length || isLarge) Deno.exitCode = 1;
