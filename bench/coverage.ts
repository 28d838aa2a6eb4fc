/**
 * Measures how often 95 % intervals hold the truth, and how wide they are: groups are drawn from those of the committed
 * study of BBBC038, with their true sizes and differences of Dice, and trainings from the seeds of its first fold.
 *
 *     deno run -A bench/coverage.ts
 *
 * About 3 minutes of one core, shared by five threads. Writes results/bench/coverage.json.
 */
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { CANDIDATES } from "./coverage/candidates.ts";
import { type Cell, DRAWS } from "./coverage/measure_cells.ts";
import { type Populations, readPopulations } from "./coverage/population.ts";

const GROUPS = [5, 9, 17, 39, 104];

function measureInThread(all: Populations, groups: number): Promise<Cell[]> {
  const worker = new Worker(new URL("./coverage/worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      console.table(data, ["groups", "trainings", "spread", "candidate", "coverage", "width"]);
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ all, groups });
  });
}

// The code that measures is that of now.
const origin = provenance(), all = await readPopulations();
const cells = (await Promise.all(GROUPS.map((groups) => measureInThread(all, groups)))).flat();
const record = {
  date: new Date().toISOString().slice(0, 10),
  provenance: origin,
  candidates: Object.fromEntries(
    Object.entries(CANDIDATES).map((
      [id, { label, estimand, draws }],
    ) => [id, { label, estimand, draws: DRAWS[draws] }]),
  ),
  distribution: {
    study: all.study,
    sizes: all.sizes,
    sums: Object.fromEntries(
      all.populations.map(({ name, sums }) => [name, sums.map((sum) => Number(sum.toPrecision(4)))]),
    ),
    trainings: all.recipes,
  },
  cells,
};
// One line per cell and population.
const text = JSON.stringify(record, null, 1).replace(/\n {3,}|\n {2}(?=[}\]])/g, " ");
await replaceText(join(projectFolder(), "results/bench/coverage.json"), text + "\n");
