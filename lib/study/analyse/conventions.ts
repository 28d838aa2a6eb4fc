import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { countPixels, scoreImages } from "../../evaluate/metrics.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** One member's out-of-fold maps, scored as different libraries would. */
export function scoreByConventions(
  byFold: readonly (readonly EnsembleImage[])[],
  m: number,
  index: SampleIndex,
): Record<string, number> {
  const out: Record<string, number> = {};
  const counts = (threshold: number | number[]) =>
    byFold.flatMap((images, fold) =>
      images.map(({ maps, truth }) =>
        countPixels(maps[m], truth, typeof threshold === "number" ? threshold : threshold[fold])
      )
    );
  // A threshold for each fold, tuned on the others, and refused on what it was tuned on.
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => index.place(id));
  const { dataset } = index;
  const tuned = byFold.map((unseen, fold) => {
    const others = byFold.filter((_, other) => other !== fold).flat();
    const { threshold } = tuneThreshold(others.map(({ maps }) => maps[m]), others.map(({ truth }) => truth));
    return new LeakGuard("the threshold", threshold, dataset, indices(others)).forHeldOut(dataset, indices(unseen));
  });
  for (const [name, threshold] of [["threshold 0.5", 0.5], ["threshold tuned", tuned]] as const) {
    const each = counts(threshold as number | number[]);
    out[`all pixels together, ${name}`] = scoreImages(each, "one").microDice;
    for (const empty of ["one", "zero", "skip"] as const) {
      out[`mean per image, empty as ${empty}, ${name}`] = scoreImages(each, empty).dice;
    }
  }
  return out;
}
