/**
 * Measures how often 95 % intervals hold the truth, and how wide they are: groups are drawn from those of the committed
 * study of BBBC038, with their true sizes and differences of Dice, and trainings from the seeds of its first fold.
 *
 *     deno run -A bench/coverage.ts
 *
 * About 7 minutes of one core. Writes results/bench/coverage.json.
 */
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { mean } from "lib/math/mean.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { Random } from "lib/math/random.ts";
import { provenance } from "lib/runs/provenance.ts";
import { CANDIDATES } from "./coverage/candidates.ts";
import { sampler, type Spread, truth } from "./coverage/draw_sample.ts";
import { readPopulations } from "./coverage/population.ts";

const GROUPS = [5, 9, 17, 39, 104], TRAININGS = [1, 2, 3, 5];
/** Samples of each population. */
const DRAWS = { all: 4000, many: 500, few: 100 } as const;
const SPREADS: readonly Spread[] = ["none", "measured", "three times the groups' error"];

const all = await readPopulations();
const digits = (value: number, count: number) => Number(value.toPrecision(count));

const cells = [];
for (const groups of GROUPS) {
  for (const trainings of TRAININGS) {
    for (const spread of SPREADS) {
      if (spread === "none" && trainings > 1) continue;
      const wanted = Object.entries(CANDIDATES).filter(([id, candidate]) =>
        candidate.trainings === (trainings > 1 ? "several" : "one") &&
        // What an interval over groups leaves out, if trainings differ.
        (trainings > 1 || spread === "none" || id === "t-satterthwaite")
      );
      const perPopulation = all.populations.map((population, p) => {
        const random = new Random(22, groups, trainings, SPREADS.indexOf(spread), p);
        const draw = sampler(all, population, groups, spread, random), values = truth(all, population);
        const held = new Map(wanted.map(([id]) => [id, 0])), width = new Map(held);
        for (let d = 0; d < DRAWS.all; d++) {
          const sample = draw(trainings);
          for (const [id, { estimand, draws, interval }] of wanted) {
            const count = DRAWS[draws];
            if (d >= count) continue;
            const [low, high] = interval(sample);
            if (low <= values[estimand] && values[estimand] <= high) held.set(id, held.get(id)! + 1 / count);
            width.set(id, width.get(id)! + (high - low) / count);
          }
        }
        return { kind: population.kind, name: population.name, held, width };
      });
      for (const [id] of wanted) {
        const pairs = perPopulation.filter(({ kind }) => kind !== "member");
        const share = (list: typeof perPopulation) => digits(mean(list.map(({ held }) => held.get(id)!)), 3);
        const lowest = pairs.reduce((low, each) => each.held.get(id)! < low.held.get(id)! ? each : low);
        const cell = {
          groups,
          trainings,
          spread,
          candidate: id,
          coverage: share(pairs),
          width: digits(mean(pairs.map(({ width }) => width.get(id)!)), 3),
          byKind: Object.fromEntries(
            [...Map.groupBy(perPopulation, ({ kind }) => kind)].map(([kind, list]) => [kind, share(list)]),
          ),
          lowest: { name: lowest.name, coverage: digits(lowest.held.get(id)!, 3) },
        };
        cells.push(cell);
        console.log(
          groups,
          trainings,
          spread,
          id,
          cell.coverage,
          cell.width,
          JSON.stringify(cell.byKind),
          lowest.name,
          cell.lowest.coverage,
        );
      }
    }
  }
}

const record = {
  date: new Date().toISOString().slice(0, 10),
  provenance: provenance(),
  draws: DRAWS,
  candidates: Object.fromEntries(
    Object.entries(CANDIDATES).map(([id, { label, estimand, draws }]) => [id, { label, estimand, draws }]),
  ),
  distribution: {
    study: all.study,
    sizes: all.sizes,
    sums: Object.fromEntries(all.populations.map(({ name, sums }) => [name, sums.map((sum) => digits(sum, 4))])),
    trainings: all.recipes,
  },
  cells,
};
// One line per cell and population.
const text = JSON.stringify(record, null, 1).replace(/\n {3,}/g, " ");
await replaceText(join(projectFolder(), "results/bench/coverage.json"), text + "\n");
