import { mean } from "../../math/mean.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { bestKinds } from "../answers/network_kinds.ts";
import { showNumber } from "../claims/show_interval.ts";
import { meanMemberDice } from "../compare/comparisons.ts";
import { ensembleName } from "../compare/lone_selection.ts";
import { compareByModality } from "../compare/modality_comparisons.ts";
import { labelFor } from "../labels.ts";
import { judged } from "./judged.ts";

/** The ensembles that are compared. */
const ENSEMBLES = ["soft-voting", "greedy-selection"];

/**
 * Makes the rows of a table that sets the modalities of a study side by side, a column each: Dice of the baselines and of each
 * architecture (with the loss that is best over all scored images), and what ensembles and losses differ by.
 *
 * @returns the row of the modalities, and the others; each begins with its name
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { modalityRows, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * const [kinds, images] = modalityRows(analysis);
 * assert.deepEqual(kinds, ["", "fluorescence"]);
 * assert.equal(images[0], "images, groups");
 * ```
 */
export function modalityRows(analysis: StudyAnalysis): [head: string[], ...rows: string[][]] {
  const kinds = compareByModality(analysis), { baselines } = analysis;
  const row = (name: string, cell: (kind: typeof kinds[number]) => string) => [name, ...kinds.map(cell)];
  const dice = (name: string, values: readonly number[]) => row(name, ({ select }) => showNumber(mean(select(values))));
  return [
    row("", ({ modality }) => modality),
    row("images, groups", ({ images, groups }) => `${images}, ${groups}`),
    ...["all-foreground", "otsu"].flatMap((id) => baselines[id] ? [dice(labelFor(id), baselines[id].outOfFold)] : []),
    ...bestKinds(analysis).map(({ architecture, dice: [first] }) => dice(architectureLabel(architecture), first)),
    dice("mean member", meanMemberDice(analysis, "outOfFold")),
    ...ENSEMBLES.map((id) =>
      row(`${ensembleName(analysis, id)} − best single member`, ({ ensembles }) => {
        const found = ensembles.find((each) => each.id === id);
        return found ? judged(found.versusBest) : "–";
      })
    ),
    row("BCE − focal, mean of all", ({ losses }) => losses.length ? judged(losses.at(-1)!) : "–"),
  ];
}
