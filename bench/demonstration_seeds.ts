/**
 * Makes the demonstration again with other seeds of training, on the same images and folds, and lists which verdicts stay: those on
 * the claims, and those on the differences behind them, "in these trainings". Each edition has the demonstration's 61 runs.
 *
 *     deno run -A bench/demonstration_seeds.ts --results FOLDER [--editions 5]
 *
 * About six minutes per edition on two cores. The first edition is the committed one, if it was made with these threads. Continues in
 * FOLDER after a stop. Writes results/bench/demonstration-seeds.json after each edition.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "lib/display";
import { replaceText } from "lib/io/replace_file.ts";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import type { StudyGrid } from "lib/runs/grid/study_grid.ts";
import { demoStudy, gainsByCause, judgeClaims, openStudy, profileGrid, runStudy, type Study } from "lib/study";
import { labelFor } from "lib/study/labels.ts";
import { compareEnsembles, compareLosses } from "lib/study/compare/comparisons.ts";
import { compareLossSeeds } from "lib/study/compare/loss_seeds.ts";
import { compareBatchSizes } from "lib/study/compare/run_comparisons.ts";
import { differenceVerdict } from "lib/evaluate";
import type { Interval } from "lib/evaluate";

const { values } = parseArgs({
  options: { results: { type: "string" }, editions: { type: "string", default: "5" } },
});
if (!values.results) throw new Error("Usage: demonstration_seeds.ts --results FOLDER [--editions 5]");
const path = join(projectFolder(), "results/bench/demonstration-seeds.json");

/** Farther apart than the seeds of one edition. */
const SEEDS_APART = 10;

interface Row {
  quantity: string;
  /** Interval of a difference in Dice; absent of a claim. */
  intervals?: [number, number, number][];
  /** One per edition. */
  verdicts: string[];
}

function laterSeeds(grid: StudyGrid, edition: number): StudyGrid {
  const blocks = grid.blocks.map((block) => ({
    ...block,
    seeds: block.seeds.map((seed) => seed + SEEDS_APART * edition),
  }));
  return { ...grid, blocks };
}

/** Returns every verdict of a study, with the difference that it follows from. */
function verdicts(study: Study): { quantity: string; verdict: string; difference?: Interval }[] {
  const differences: [string, Interval][] = [
    ...compareEnsembles(study.analysis, "outOfFold").map(({ name, versusBest }): [string, Interval] => [
      `${name} − best single member`,
      versusBest.difference,
    ]),
    ...compareLosses(study.analysis).map(({ architecture, difference }): [string, Interval] => [
      `BCE − focal, ${architecture === "all" ? "mean of four" : labelFor(architecture)}`,
      difference,
    ]),
    ...compareLossSeeds(study).map(({ architecture, comparison }): [string, Interval] => [
      `BCE − focal, ${labelFor(architecture)}, all seeds of the first fold`,
      comparison.difference,
    ]),
    ...compareBatchSizes(study).map(({ architecture, seen, comparison }): [string, Interval] => [
      `batch of 2 − batch of 4, ${labelFor(architecture)}, ${seen === 1 ? "as many images" : "as many steps"}`,
      comparison.difference,
    ]),
    ...gainsByCause(study.analysis).map(({ cause, difference }): [string, Interval] => [
      `gain of the weakest − of the best members, ${labelFor(cause)}`,
      difference,
    ]),
  ];
  return [
    ...judgeClaims(study).map(({ claim, verdict }) => ({ quantity: claim, verdict })),
    ...differences.map(([quantity, difference]) => ({ quantity, verdict: differenceVerdict(difference), difference })),
  ];
}

async function study(edition: number): Promise<Study> {
  if (edition === 0) return await openStudy("quick", join(projectFolder(), "results/committed"));
  const name = `edition-${edition + 1}`, results = join(values.results!, name);
  const grid = laterSeeds(profileGrid("quick"), edition);
  await runStudy({ grid, ...await demoStudy(), results, keepWeights: false });
  return await openStudy(name, values.results);
}

const rows: Row[] = [];
for (let edition = 0; edition < Number(values.editions); edition++) {
  for (const [i, { quantity, verdict, difference }] of verdicts(await study(edition)).entries()) {
    const row = rows[i] ??= { quantity, verdicts: [], ...(difference && { intervals: [] }) };
    if (row.quantity !== quantity) {
      throw new Error(`Edition ${edition + 1} has "${quantity}" in place of "${row.quantity}"`);
    }
    row.verdicts.push(verdict);
    if (difference) row.intervals!.push([difference.estimate, difference.low, difference.high]);
  }
  const result = { what: "verdicts of the demonstration with other seeds of training", provenance: provenance(), rows };
  await replaceText(path, JSON.stringify(result, null, 1) + "\n");
  console.log(`edition ${edition + 1} of ${values.editions}`);
}
console.log(table(
  ["", ...rows[0].verdicts.map((_, i) => `${i + 1}`), "editions with the most frequent verdict"],
  rows.map(({ quantity, verdicts }) => [
    quantity,
    ...verdicts,
    Math.max(...Map.groupBy(verdicts, (verdict) => verdict).values().map(({ length }) => length)),
  ]),
));
console.log(path);
