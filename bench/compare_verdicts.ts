import { differenceVerdict, type Interval } from "lib/evaluate";
import { showInterval, type Study } from "lib/study";
import { architectureLabel } from "lib/nn/architectures/architectures.ts";
import { compareEnsembles, compareLosses, type Part } from "lib/study/compare/comparisons.ts";

const PARTS: readonly [Part, string][] = [["outOfFold", "out of fold"], ["test", "test"]];

/** Returns the differences of a study that have a verdict on the networks at hand, by name: between losses, and of ensembles. */
function differences({ analysis }: Pick<Study, "analysis">): Map<string, Interval> {
  return new Map(PARTS.flatMap(([part, where]) => [
    ...compareLosses(analysis, part).map(({ architecture, difference }) => {
      const which = architecture === "all" ? "mean of all" : architectureLabel(architecture);
      return [`BCE less focal, ${which}, ${where}`, difference] as const;
    }),
    ...compareEnsembles(analysis, part).flatMap(({ name, versusBest, versusMean }) => [
      [`${name} less best single member, ${where}`, versusBest.difference] as const,
      [`${name} less mean member, ${where}`, versusMean.difference] as const,
    ]),
  ]));
}

/** Compares the verdicts of two editions of a study: how many differences there are, and rows of those whose verdicts differ. */
export function compareVerdicts(
  earlier: Pick<Study, "analysis">,
  later: Pick<Study, "analysis">,
): { count: number; changed: [name: string, earlier: string, later: string][] } {
  const before = differences(earlier), after = differences(later);
  const [odd] = new Set(before.keys()).symmetricDifference(after);
  if (odd) throw new Error(`Only one of the studies has "${odd}": they are editions of different studies`);
  const changed = [...before].flatMap(([name, first]) => {
    const second = after.get(name)!;
    if (differenceVerdict(first) === differenceVerdict(second)) return [];
    const show = (each: Interval) => `${showInterval(each)}, ${differenceVerdict(each)}`;
    return [[name, show(first), show(second)] as [string, string, string]];
  });
  return { count: before.size, changed };
}
