import { sampleModality } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { softVote } from "../../ensemble/voting.ts";
import { ambiguityDecomposition } from "../../evaluate/ambiguity.ts";
import { anyMemberPredicts, DiversityCounts } from "../../evaluate/diversity.ts";
import { addErrors, commonErrors } from "../../evaluate/object_errors.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { TaskDefinition } from "../../task/task.ts";
import { type CorrectPixels, correctPixels } from "./correct_pixels.ts";
import type { SampleIndex } from "./gather_maps.ts";
import type { MemberRuns } from "./members.ts";

/** Returns the values of one of a map's channels. */
function readChannel(map: Float32Array, channel: number, channels: number): Float32Array {
  if (channels === 1) return map;
  return Float32Array.from({ length: map.length / channels }, (_, i) => map[i * channels + channel]);
}

/**
 * Sums an ambiguity decomposition over images, pixel by pixel. Of several classes it decomposes Brier's own score (1950),
 * the sum over the classes.
 */
function ambiguitySum({ logits }: TaskDefinition) {
  const total = { memberError: 0, ambiguity: 0, ensembleError: 0 };
  let pixels = 0;
  return {
    add({ maps, truth }: EnsembleImage, counts: (pixel: number) => boolean) {
      let counted = 0;
      for (let i = 0; i < truth.length; i++) if (counts(i)) counted++;
      if (counted === 0) return;
      pixels += counted;
      for (let c = 0; c < logits; c++) {
        const isClass = logits === 1 ? truth : Uint8Array.from(truth, (value) => Number(value === c));
        const part = ambiguityDecomposition(maps.map((map) => readChannel(map, c, logits)), isClass, { counts });
        for (const key of ["memberError", "ambiguity", "ensembleError"] as const) total[key] += counted * part[key];
      }
    },
    result: () => ({
      memberError: total.memberError / pixels,
      ambiguity: total.ambiguity / pixels,
      ensembleError: total.ensembleError / pixels,
    }),
  };
}

/** Returns the pixels that the truth or any member calls foreground. */
function anyForeground({ truth, maps }: CorrectPixels): (pixel: number) => boolean {
  const any = new Uint8Array(truth.length);
  for (let i = 0; i < any.length; i++) if (truth[i] > 0 || anyMemberPredicts(maps, i, true)) any[i] = 1;
  return (pixel) => any[pixel] === 1;
}

/**
 * Measures how members differ on out-of-fold images: the ambiguity decomposition, diversity, the gain of each pair, and
 * the pixels that every member gets wrong. Of several classes, a pixel is right where its class is.
 *
 * @param memberDice for each member, the Dice of each image
 */
export function measureDisagreement(
  images: readonly EnsembleImage[],
  members: readonly MemberRuns[],
  memberDice: readonly number[][],
  index: SampleIndex,
): Pick<StudyAnalysis, "ambiguity" | "diversity" | "pairs" | "together"> {
  const { task, scorer } = index;
  const ambiguity = { all: ambiguitySum(task), foreground: ambiguitySum(task), background: ambiguitySum(task) };
  const diversity = {
    foreground: new DiversityCounts(members.length),
    background: new DiversityCounts(members.length),
  };
  const together: StudyAnalysis["together"] = {};
  for (const image of images) {
    const { truth, maps, voidPixels } = correctPixels(image, task);
    const counts = (pixel: number) => !voidPixels?.[pixel];
    const inside = anyForeground({ truth, maps });
    ambiguity.all.add(image, counts);
    ambiguity.foreground.add(image, (pixel) => counts(pixel) && inside(pixel));
    ambiguity.background.add(image, (pixel) => counts(pixel) && !inside(pixel));
    diversity.foreground.add(maps, truth, 0.5, (pixel, any) => counts(pixel) && (any || truth[pixel] > 0));
    diversity.background.add(maps, truth, 0.5, (pixel) => counts(pixel) && !(truth[pixel] > 0));
    const modality = sampleModality(index.sample(image.id));
    const errors = together[modality] ??= { foreground: 0, missed: 0, spurious: 0, boundary: 0 };
    addErrors(errors, commonErrors(maps, truth, image.width, image.height, counts));
  }
  const pairs: StudyAnalysis["pairs"] = [];
  for (let a = 0; a < members.length; a++) {
    for (let b = a + 1; b < members.length; b++) {
      const { q, disagreement, doubleFault } = diversity.foreground.pair(a, b);
      const both = mean(images.map((image) => scorer.dice(image, softVote([image.maps[a], image.maps[b]]))));
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
