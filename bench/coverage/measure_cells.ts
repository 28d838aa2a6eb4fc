import { mean } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { type Candidate, CANDIDATES } from "./candidates.ts";
import { sampler, type Spread, truth } from "./draw_sample.ts";
import type { Populations } from "./population.ts";

/** Numbers of trainings for which coverage is measured. */
const TRAININGS = [1, 2, 3, 5];
/** Samples of each population, by the candidates' `draws`. */
export const DRAWS: Readonly<Record<Candidate["draws"], number>> = { all: 4000, many: 500, few: 100 };
const SPREADS: readonly Spread[] = ["none", "measured", "three times the groups' error"];

/** What was measured of one candidate: means over the paired differences, each with as many samples. */
export interface Cell {
  groups: number;
  trainings: number;
  spread: Spread;
  candidate: string;
  /** Share of the intervals that hold the truth. */
  coverage: number;
  width: number;
  /** Coverage by the kind of the population; `member` is not paired, and counts in no mean. */
  byKind: Record<string, number>;
  lowest: { name: string; coverage: number };
}

const round = (value: number) => Number(value.toPrecision(3));

/** Measures all candidates at a number of groups. */
export function measureCells(all: Populations, groups: number): Cell[] {
  return TRAININGS.flatMap((trainings) =>
    SPREADS.flatMap((spread) => {
      // One training has no spread, but for what an interval over groups leaves out; several have one.
      if (trainings > 1 && spread === "none") return [];
      const wanted = Object.entries(CANDIDATES).filter(([id, candidate]) =>
        candidate.trainings === (trainings > 1 ? "several" : "one") &&
        (trainings > 1 || spread === "none" || id === "t-satterthwaite")
      );
      return measure(all, groups, trainings, spread, wanted);
    })
  );
}

function measure(
  all: Populations,
  groups: number,
  trainings: number,
  spread: Spread,
  candidates: readonly [string, Candidate][],
): Cell[] {
  const perPopulation = all.populations.map((population, p) => {
    const random = new Random(22, groups, trainings, SPREADS.indexOf(spread), p),
      resampling = new Random(23, groups, p);
    const draw = sampler(all, population, groups, spread, random), values = truth(all, population);
    const held = new Map(candidates.map(([id]) => [id, 0])), width = new Map(held);
    for (let d = 0; d < DRAWS.all; d++) {
      const sample = draw(trainings);
      for (const [id, { estimand, draws, interval }] of candidates) {
        const count = DRAWS[draws];
        if (d >= count) continue;
        const [low, high] = interval(sample, resampling);
        if (low <= values[estimand] && values[estimand] <= high) held.set(id, held.get(id)! + 1 / count);
        width.set(id, width.get(id)! + (high - low) / count);
      }
    }
    return { kind: population.kind, name: population.name, held, width };
  });
  const pairs = perPopulation.filter(({ kind }) => kind !== "member");
  return candidates.map(([id]): Cell => {
    const share = (list: typeof perPopulation) => round(mean(list.map(({ held }) => held.get(id)!)));
    const lowest = pairs.reduce((low, each) => each.held.get(id)! < low.held.get(id)! ? each : low);
    return {
      groups,
      trainings,
      spread,
      candidate: id,
      coverage: share(pairs),
      width: round(mean(pairs.map(({ width }) => width.get(id)!))),
      byKind: Object.fromEntries(
        [...Map.groupBy(perPopulation, ({ kind }) => kind)].map(([kind, list]) => [kind, share(list)]),
      ),
      lowest: { name: lowest.name, coverage: round(lowest.held.get(id)!) },
    };
  });
}
