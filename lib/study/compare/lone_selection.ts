import type { EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { labelFor } from "../labels.ts";
import { BEST_SINGLE } from "./comparisons.ts";

/** What is read of an analysis. */
type Selected = Pick<StudyAnalysis, "members" | "ensembles" | "outOfFold">;

/** The ensemble that may choose one network. */
const GREEDY = "greedy-selection" satisfies EnsembleMethodId;

/**
 * Where greedy selection chose one network. Since it begins with the best one, it is there the best single member itself, and no
 * ensemble.
 */
export interface LoneSelection {
  /** The members that it chose alone, one for each fold in which it did. */
  perFold: string[];
  /** Number of folds. */
  folds: number;
  /** The member that it chose alone on all folds together, as for the test split; `undefined` if it chose several. */
  onAll?: string;
}

/**
 * Finds where greedy selection chose one network: in a fold, if it has the Dice of the best single member on each
 * image; on all folds together, by its weights. An analysis holds no weights of a single fold.
 *
 * @param analysis the analysis of a study
 * @returns `undefined` if it chose several networks everywhere, or if the study has no greedy selection
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy } from "lib/study";
 * import { loneSelection } from "lib/study/compare/lone_selection.ts";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.deepEqual(loneSelection(analysis), {
 *   perFold: ["deeplabv3plus bce", "deeplabv3 bce"],
 *   folds: 3,
 *   onAll: "deeplabv3 bce",
 * });
 * ```
 */
export function loneSelection({ members, ensembles, outOfFold }: Selected): LoneSelection | undefined {
  const [greedy, best] = [GREEDY, BEST_SINGLE].map((wanted) => ensembles.find(({ id }) => id === wanted));
  // One member is no choice.
  if (!greedy || !best || members.length < 2) return undefined;
  const folds = [...Map.groupBy(outOfFold.folds.keys(), (i) => outOfFold.folds[i])].sort(([a], [b]) => a - b);
  const perFold = folds.flatMap(([, images]) => {
    // Maps that find all or nothing have the same Dice without being the same.
    if (!images.some((i) => greedy.outOfFold[i] > 0 && greedy.outOfFold[i] < 1)) return [];
    if (!images.every((i) => greedy.outOfFold[i] === best.outOfFold[i])) return [];
    const same = members.find((member) => images.every((i) => member.outOfFold[i] === best.outOfFold[i]));
    return same ? [same.name] : [];
  });
  const onAll = members.find((_, m) => greedy.weights?.[m] === 1)?.name;
  return perFold.length || onAll ? { perFold, folds: folds.length, ...(onAll && { onAll }) } : undefined;
}

/** Says for how many folds one network was chosen: `for 2 of 3 folds`, `for each fold`, or `on all folds together`. */
function foldWords({ perFold, folds }: LoneSelection): string {
  if (perFold.length === 0) return "on all folds together";
  return perFold.length === folds ? "for each fold" : `for ${perFold.length} of ${folds} folds`;
}

/**
 * Writes where an ensemble of a study is one network, for a cell of a table.
 *
 * @param id the ensemble's id in the analysis
 * @returns `undefined` for an ensemble of several networks
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy } from "lib/study";
 * import { loneNote } from "lib/study/compare/lone_selection.ts";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.equal(loneNote(analysis, "greedy-selection"), "one network for 2 of 3 folds");
 * assert.equal(loneNote(analysis, "soft-voting"), undefined);
 * ```
 */
export function loneNote(analysis: Selected, id: string): string | undefined {
  const found = id === GREEDY ? loneSelection(analysis) : undefined;
  return found && `one network ${foldWords(found)}`;
}

/**
 * Names an ensemble of a study, with a note where it is one network.
 *
 * @param analysis the analysis of the study
 * @param id the ensemble's id in the analysis
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { ensembleName, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.equal(ensembleName(analysis, "greedy-selection"), "greedy selection (one network for 2 of 3 folds)");
 * assert.equal(ensembleName(analysis, "soft-voting"), "soft voting");
 * ```
 */
export function ensembleName(analysis: Selected, id: string): string {
  const note = loneNote(analysis, id);
  return note ? `${labelFor(id)} (${note})` : labelFor(id);
}

/**
 * Says in a sentence where greedy selection chose one network, with the networks' names.
 *
 * @param analysis the analysis of a study
 * @returns `undefined` if it chose several networks everywhere
 */
export function loneSentence(analysis: Selected): string | undefined {
  const found = loneSelection(analysis);
  if (!found) return undefined;
  const { perFold, onAll } = found, names = [...new Set(perFold)].join(", ");
  const whole = onAll && perFold.length ? ` and on all folds together (${onAll})` : "";
  return `Greedy selection chose one network ${foldWords(found)} (${
    names || onAll
  })${whole}: there it is the best single member itself, and no ensemble.`;
}
