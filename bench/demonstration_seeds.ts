/**
 * Makes the demonstration again with other seeds of training, on the same images and folds, and lists which verdicts stay: those on
 * the claims, and those on the differences behind them. Each edition has the demonstration's 61 runs. Over all editions, training is a
 * random factor of a difference, so that it has a verdict on the method.
 *
 *     deno run -A bench/demonstration_seeds.ts --results FOLDER [--editions 5]
 *
 * About seven minutes per edition on two cores. The first edition is the committed one. Continues in FOLDER after a stop. Writes
 * results/bench/demonstration-seeds.json, with five editions or more.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "lib/display";
import { clusterInterval, differenceInterval, differenceVerdict, type Interval, judgeDifference } from "lib/evaluate";
import { replaceText } from "lib/io/replace_file.ts";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import type { StudyGrid } from "lib/runs/grid/study_grid.ts";
import { demoStudy, gainsByCause, judgeClaims, openStudy, profileGrid, runStudy, type Study } from "lib/study";
import { architectureLabel } from "lib/nn/architectures/architectures.ts";
import { labelFor } from "lib/study/labels.ts";
import { BEST_SINGLE, compareLosses } from "lib/study/compare/comparisons.ts";
import { compareBatchSizes } from "lib/study/compare/run_comparisons.ts";

const { values } = parseArgs({
  options: { results: { type: "string" }, editions: { type: "string", default: "5" } },
});
const { results } = values, count = Number(values.editions);
if (!results || !Number.isInteger(count) || count < 1) {
  throw new Error("Usage: demonstration_seeds.ts --results FOLDER [--editions 5]");
}
const path = join(projectFolder(), "results/bench/demonstration-seeds.json");

/** Farther apart than the seeds of one edition. */
const SEEDS_APART = 10;

function laterSeeds(grid: StudyGrid, edition: number): StudyGrid {
  const blocks = grid.blocks.map((block) => ({
    ...block,
    seeds: block.seeds.map((seed) => seed + SEEDS_APART * edition),
  }));
  return { ...grid, blocks };
}

async function openEdition(edition: number): Promise<Study> {
  if (edition === 0) return await openStudy("quick", join(projectFolder(), "results/committed"));
  const name = `edition-${edition + 1}`, grid = laterSeeds(profileGrid("quick"), edition);
  await runStudy({ grid, ...await demoStudy(), results: join(results!, name), keepWeights: false });
  console.log(`edition ${edition + 1} of ${count}`);
  return await openStudy(name, results);
}

/** A difference in Dice of one edition: of each image, with the images' groups. */
interface Difference {
  name: string;
  perImage: number[];
  groups: string[];
  /** Of a comparison of other images: what is subtracted. */
  less?: Pick<Difference, "perImage" | "groups">;
}

const subtract = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]);

/** Returns every difference of a study that a verdict follows from. */
function differences(study: Study): Difference[] {
  const { analysis } = study, { groups } = analysis.outOfFold, { controls, quality } = analysis;
  const best = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!.outOfFold;
  const control = (wanted: string) =>
    controls!.entries.find(({ kind, architecture }) => kind === wanted && ["unet", null].includes(architecture))!.dice;
  const gain = (cause: string, level: number | null) => {
    const found = quality.find((each) => each.sweep === cause && each.level === level)!;
    return { ids: found.ids, perImage: subtract(found.ensemble, found.member), groups: found.groups };
  };
  return [
    ...analysis.ensembles.filter(({ id }) => id !== BEST_SINGLE).map(({ id, outOfFold }) => ({
      name: `${labelFor(id)} − best single member`,
      perImage: subtract(outOfFold, best),
      groups,
    })),
    ...[["eight UNets", "seeds"], ["one UNet, seven times the steps", "longer"]].map(([name, kind]) => ({
      name: `${name} − eight different members`,
      perImage: subtract(control(kind), control("architectures")),
      groups: controls!.groups,
    })),
    ...compareLosses(analysis).map(({ architecture, bce, focal }) => ({
      name: `BCE − focal, ${architecture === "all" ? "mean of four" : architectureLabel(architecture)}`,
      perImage: subtract(bce, focal),
      groups,
    })),
    ...compareBatchSizes(study).map(({ architecture, seen, differences, groups }) => ({
      name: `batch of 2 − batch of 4, ${architectureLabel(architecture)}, ${
        seen === 1 ? "as many images" : "as many steps"
      }`,
      perImage: differences,
      groups,
    })),
    ...gainsByCause(analysis).map(({ cause, levels }) => {
      const [weakest, best] = [levels[0], levels.at(-1)!].map(({ level }) => gain(cause, level));
      const name = `gain of the weakest − of the best members, ${labelFor(cause)}`;
      if (weakest.ids.join() !== best.ids.join()) return { name, ...weakest, less: best };
      return { name, perImage: subtract(weakest.perImage, best.perImage), groups: best.groups };
    }),
  ];
}

/** The interval of a difference over editions. */
function interval(editions: readonly Difference[]): Interval {
  const { groups, less } = editions[0];
  const own = clusterInterval(editions.map(({ perImage }) => perImage), groups);
  if (!less) return own;
  return differenceInterval(own, clusterInterval(editions.map(({ less }) => less!.perImage), less.groups));
}

const ends = ({ estimate, low, high }: Interval) => [estimate, low, high].map((value) => Number(value.toFixed(6)));

const studies: Study[] = [];
for (let edition = 0; edition < count; edition++) studies.push(await openEdition(edition));
const judged = studies.map(judgeClaims), compared = studies.map(differences);
const claims = judged[0].map(({ id, claim }) => ({
  claim,
  verdicts: judged.map((each) => each.find((other) => other.id === id)?.verdict ?? "missing"),
}));
const rows = compared[0].map(({ name }) => {
  const editions = compared.map((each) => each.find((other) => other.name === name)!);
  const all = interval(editions), single = editions.map((each) => interval([each]));
  return {
    difference: name,
    editions: single.map(ends),
    verdicts: single.map((each) => differenceVerdict(each)),
    all: ends(all),
    method: judgeDifference(all).method,
    coverage: all.coverage,
  };
});
const result = {
  what:
    "verdicts of the demonstration over editions with other seeds of training; a difference has its estimate and interval",
  provenance: provenance(),
  claims,
  differences: rows,
};
if (count >= 5) await replaceText(path, JSON.stringify(result, null, 1) + "\n");
const most = (verdicts: readonly string[]) =>
  Math.max(...Map.groupBy(verdicts, (verdict) => verdict).values().map(({ length }) => length));
const numbers = studies.map((_, i) => `${i + 1}`);
console.log(
  table(["claim", ...numbers, "agree"], claims.map((row) => [row.claim, ...row.verdicts, most(row.verdicts)])),
);
console.log(table(
  ["difference", ...numbers, "agree", "all editions", "for the method"],
  rows.map(({ difference, editions, verdicts, all: [estimate, low, high], method }) => [
    difference,
    ...editions.map(([value], i) => `${value.toFixed(3)} ${verdicts[i]}`),
    most(verdicts),
    `${estimate.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    method,
  ]),
));
console.log(count >= 5 ? path : "Not written: the record has five editions");
