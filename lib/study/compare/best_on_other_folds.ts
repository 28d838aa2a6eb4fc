import { mean } from "../../math/mean.ts";

/**
 * Chooses the member with the highest score for each fold, on the images of the other folds, so that no scored image
 * chooses.
 *
 * @param folds each image's fold
 * @param members number of members
 * @param score returns a member's score on some images
 * @returns the chosen member of each image
 */
export function bestOnOtherFolds(
  folds: readonly number[],
  members: number,
  score: (member: number, images: readonly number[]) => number,
): number[] {
  const chosen = new Map([...new Set(folds)].map((fold) => {
    const others = [...folds.keys()].filter((image) => folds[image] !== fold);
    const scores = Array.from({ length: members }, (_, member) => score(member, others));
    return [fold, scores.indexOf(Math.max(...scores))];
  }));
  return folds.map((fold) => chosen.get(fold)!);
}

/**
 * Chooses the member with the highest mean score for each fold, on the images of the other folds.
 *
 * @param perMember score per member and image
 * @param folds each image's fold
 * @returns the chosen member of each image, and its scores
 */
export function bestMeanOnOtherFolds(
  perMember: readonly (readonly number[])[],
  folds: readonly number[],
): { chosen: number[]; scores: number[] } {
  const average = (member: number, images: readonly number[]) => mean(images.map((i) => perMember[member][i]));
  const chosen = bestOnOtherFolds(folds, perMember.length, average);
  return { chosen, scores: chosen.map((member, i) => perMember[member][i]) };
}
