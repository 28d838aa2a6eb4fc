import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { BEST_SINGLE, heldOutDice, heldOutIds, imageGroups, meanMemberDice, openStudy, type Study } from "lib/study";
import { mean } from "lib/math/mean.ts";

/** A measured value of each image, summed over the images of each group. */
export interface Population {
  name: string;
  /** What is compared: losses, architectures, an ensemble with a member or the mean member; or the Dice of a member. */
  kind: "loss" | "architecture" | "ensemble" | "member";
  /** Sum over the images of each group. */
  sums: number[];
}

/** What samples are drawn from. */
export interface Populations {
  study: string;
  /** Images of each group. */
  sizes: number[];
  populations: Population[];
  /**
   * How the trainings of one recipe differ: of each training, each group's mean Dice less the mean of the recipe's
   * trainings, enlarged to the spread of the population.
   */
  deviations: number[][];
  recipes: { architecture: string; loss: string; trainings: number; deviation: number }[];
}

const STUDY = "dsb2018_fluo";

/** Reads what was measured on the groups of BBBC038 out of fold, and over the seeds of the first fold. */
export async function readPopulations(): Promise<Populations> {
  const study = await openStudy(STUDY, join(projectFolder(), "results/committed"));
  const { analysis } = study, { groups } = analysis.outOfFold;
  const members = [...Map.groupBy(groups.keys(), (i) => groups[i]).values()];
  const sum = (values: readonly number[]) => members.map((images) => images.reduce((all, i) => all + values[i], 0));
  const less = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value - b[i]));
  const dice = (architecture: string, loss: string) =>
    analysis.members.find((member) => member.architecture === architecture && member.loss === loss)!.outOfFold;
  const names = [...new Set(analysis.members.map(({ architecture }) => architecture))];
  const meanDice = (loss: string) => groups.map((_, i) => mean(names.map((name) => dice(name, loss)[i])));
  const best = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!.outOfFold;
  const average = meanMemberDice(analysis, "outOfFold");
  const populations: Population[] = [
    ...names.map((name) => ({
      name: `BCE − focal, ${name}`,
      kind: "loss" as const,
      sums: less(dice(name, "bce"), dice(name, "focal")),
    })),
    { name: "BCE − focal, all", kind: "loss", sums: less(meanDice("bce"), meanDice("focal")) },
    ...["bce", "focal"].flatMap((loss) =>
      names.flatMap((a, i) =>
        names.slice(0, i).map((b) => ({
          name: `${b} − ${a}, ${loss}`,
          kind: "architecture" as const,
          sums: less(dice(b, loss), dice(a, loss)),
        }))
      )
    ),
    ...analysis.ensembles.filter(({ id }) => id !== BEST_SINGLE).flatMap(({ id, outOfFold }) => [
      { name: `${id} − best member`, kind: "ensemble" as const, sums: less(outOfFold, best) },
      { name: `${id} − mean member`, kind: "ensemble" as const, sums: less(outOfFold, average) },
    ]),
    ...analysis.members.map(({ name, outOfFold }) => ({ name, kind: "member" as const, sums: sum(outOfFold) })),
  ];
  return { study: STUDY, sizes: members.map(({ length }) => length), populations, ...seedDeviations(study) };
}

/** Measures how the trainings that differ only in the seed differ, group by group. */
function seedDeviations({ analysis, runs }: Study): Pick<Populations, "deviations" | "recipes"> {
  const findGroup = imageGroups(analysis), deviations: number[][] = [], recipes: Populations["recipes"] = [];
  const steps = analysis.steps;
  const first = runs.filter(({ config, stepLosses }) => config.fold === 0 && stepLosses.length === steps);
  for (const same of Map.groupBy(first, ({ config }) => `${config.architecture} ${config.loss}`).values()) {
    if (same.length < 5) continue;
    const groups = heldOutIds(same[0]).map(findGroup);
    const members = [...Map.groupBy(groups.keys(), (i) => groups[i]).values()];
    const means = same.map((run) => {
      const dice = heldOutDice(run);
      return members.map((images) => mean(images.map((i) => dice[i])));
    });
    const middle = members.map((_, g) => mean(means.map((row) => row[g])));
    // The mean of n trainings takes up one of n parts of their spread.
    const scale = Math.sqrt(same.length / (same.length - 1));
    const rows = means.map((row) => row.map((value, g) => scale * (value - middle[g])));
    deviations.push(...rows);
    const { architecture, loss } = same[0].config;
    recipes.push({
      architecture,
      loss,
      trainings: same.length,
      deviation: Math.sqrt(mean(rows.map((row) => mean(row) ** 2))),
    });
  }
  return { deviations, recipes };
}
