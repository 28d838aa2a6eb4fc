import { OptionError } from "../../io/option_error.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";

/**
 * Checks that two studies can be paired by image.
 *
 * @param subject beginning of the sentence, such as `The control scores`
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 */
export function requireSameImages(
  study: Pick<StudyAnalysis, "outOfFold">,
  other: Pick<StudyAnalysis, "outOfFold">,
  subject: string,
): void {
  const [ours, theirs] = [study, other].map(({ outOfFold }) => JSON.stringify([outOfFold.ids, outOfFold.folds]));
  if (ours === theirs) return;
  throw new OptionError(
    `${subject} other images, or the same in other folds: compare studies of the same splits`,
  );
}
