import type { Segmenter } from "lib";
import { createTask } from "lib/task";
import { FileBytes } from "lib/io/file_bytes.ts";
import type { ImageSource } from "lib/images";
import { normalizeSource } from "lib/images/source/normalize_source.ts";
import { findInstances } from "lib/objects";
import { segmentLargeFile } from "./tasks/predict/large/segment_large_file.ts";
import { Outcome } from "./tasks/predict/outcome.ts";
import { processMemory } from "./bench/process_memory.ts";
const t0 = performance.now();
const log = (s: string) => console.log(`${((performance.now() - t0) / 1000).toFixed(0)} s, HWM ${(processMemory("VmHWM") / 2 ** 20).toFixed(0)} MB, RSS ${(processMemory("VmRSS") / 2 ** 20).toFixed(0)} MB: ${s}`);
const segmenter = {
  task: "foreground", taskDefinition: createTask({ task: "foreground" }), threshold: 0.5,
  isEmptyContrast: () => false,
  async *predictRows(source: ImageSource, onProgress?: (d: number) => void) {
    const read = await normalizeSource(source, "robust", { structure: 400, range: 100, medianRange: 120 });
    log("normalised");
    for (let top = 0; top < source.height; top += 384) {
      const height = Math.min(384, source.height - top);
      yield { top, height, data: await read({ x: 0, y: top, width: source.width, height }) };
      onProgress?.((top + height) / source.height);
    }
    log("predicted");
  },
} as unknown as Segmenter;
using bytes = new FileBytes(Deno.args[0]);
const outcome = new Outcome();
let last = 0;
log("start");
await segmentLargeFile({ path: Deno.args[0], place: "big.tif", name: "big", id: "big" }, { bytes, pages: 1 }, {
  segmenter, finder: { parameters: {}, about: "", join: "overlap", find: (m, s) => findInstances("foreground", m, s, { threshold: 0.5 }) },
  output: Deno.args[1], threshold: 0.5, suffixes: ["_mask"], products: new Set(["labels", "table", "rois", "overlay", "geojson"] as const),
  level: 0, maxPixels: 1e8, settings: "x", productSettings: "y", signal: new AbortController().signal,
}, outcome, (done) => { if (done - last > 0.1) { last = done; log(`${done.toFixed(2)}`); } });
log("done");
console.log(outcome.failures, outcome.warnings, outcome.complete[0]?.rows);
