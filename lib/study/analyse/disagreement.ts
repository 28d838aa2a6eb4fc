import { sampleModality } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { meanDice } from "../../ensemble/selection.ts";
import { softVote } from "../../ensemble/voting.ts";
import { ambiguityDecomposition } from "../../evaluate/ambiguity.ts";
import { anyMemberPredicts, DiversityCounts } from "../../evaluate/diversity.ts";
import { addErrors, commonErrors } from "../../evaluate/object_errors.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { SampleIndex } from "./gather_maps.ts";
import type { MemberRuns } from "./members.ts";

/** Sums an ambiguity decomposition over images, pixel by pixel. */
function ambiguitySum() {
  const total = { memberError: 0, ambiguity: 0, ensembleError: 0 };
  let pixels = 0;
  return {
    add({ maps, truth }: EnsembleImage, counts: (pixel: number) => boolean) {
      let counted = 0;
      for (let i = 0; i < truth.length; i++) if (counts(i)) counted++;
      if (counted === 0) return;
      const part = ambiguityDecomposition(maps, truth, { counts });
      pixels += counted;
      for (const key of ["memberError", "ambiguity", "ensembleError"] as const) total[key] += counted * part[key];
    },
    result: () => ({
      memberError: total.memberError / pixels,
      ambiguity: total.ambiguity / pixels,
      ensembleError: total.ensembleError / pixels,
    }),
  };
}

/** Returns the pixels that the truth or any member calls foreground. */
function anyForeground({ truth, maps }: EnsembleImage): (pixel: number) => boolean {
  const any = new Uint8Array(truth.length);
  for (let i = 0; i < any.length; i++) if (truth[i] > 0 || anyMemberPredicts(maps, i, true)) any[i] = 1;
  return (pixel) => any[pixel] === 1;
}

/**
 * Measures how members differ on out-of-fold images: the ambiguity decomposition, diversity, the gain of each pair, and
 * the pixels that every member gets wrong.
 *
 * @param memberDice for each member, the Dice of each image
 */
export function measureDisagreement(
  images: readonly EnsembleImage[],
  members: readonly MemberRuns[],
  memberDice: readonly number[][],
  index: SampleIndex,
): Pick<StudyAnalysis, "ambiguity" | "diversity" | "pairs" | "together"> {
  const ambiguity = { all: ambiguitySum(), foreground: ambiguitySum(), background: ambiguitySum() };
  const diversity = {
    foreground: new DiversityCounts(members.length),
    background: new DiversityCounts(members.length),
  };
  for (const image of images) {
    const inside = anyForeground(image);
    ambiguity.all.add(image, () => true);
    ambiguity.foreground.add(image, inside);
    ambiguity.background.add(image, (pixel) => !inside(pixel));
    diversity.foreground.add(image.maps, image.truth);
    diversity.background.add(image.maps, image.truth, 0.5, (pixel) => !(image.truth[pixel] > 0));
  }
  const together: StudyAnalysis["together"] = {};
  for (const { id, maps, truth, width, height } of images) {
    const modality = sampleModality(index.sample(id));
    const errors = together[modality] ??= { foreground: 0, missed: 0, spurious: 0, boundary: 0 };
    addErrors(errors, commonErrors(maps, truth, width, height));
  }
  const pairs: StudyAnalysis["pairs"] = [];
  for (let a = 0; a < members.length; a++) {
    for (let b = a + 1; b < members.length; b++) {
      const { q, disagreement, doubleFault } = diversity.foreground.pair(a, b);
      const both = meanDice(images, ({ maps }) => softVote([maps[a], maps[b]]));
      const average = mean(memberDice[a].concat(memberDice[b]));
      pairs.push({ a: members[a].name, b: members[b].name, q, disagreement, doubleFault, gain: both - average });
    }
  }
  return {
    ambiguity: {
      all: ambiguity.all.result(),
      foreground: ambiguity.foreground.result(),
      background: ambiguity.background.result(),
    },
    diversity: { foreground: diversity.foreground.result(), background: diversity.background.result() },
    pairs,
    together,
  };
}
