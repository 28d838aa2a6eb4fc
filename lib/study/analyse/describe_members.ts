import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { boundaryBand, CalibrationCounts } from "../../evaluate/calibration.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import { trainingSeconds } from "../compare/run_comparisons.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import { scoreByConventions } from "./conventions.ts";
import { measureObjects } from "./measure_objects.ts";
import { countErrors } from "./member_errors.ts";
import { scoreDice } from "./score_dice.ts";
import type { StudyMaps } from "./study_maps.ts";
import { tuneOnOthers } from "./tuned_dice.ts";

/** Computes what is defined for maps of foreground only. */
function describeForeground(
  outOfFold: readonly EnsembleImage[],
  m: number,
): Pick<StudyAnalysis["members"][number], "calibration" | "thresholds"> {
  const everywhere = new CalibrationCounts(), boundary = new CalibrationCounts();
  for (const { maps, truth, width, height } of outOfFold) {
    everywhere.add(maps[m], truth);
    const band = boundaryBand(truth, width, height);
    boundary.add(maps[m], truth, (pixel) => band[pixel] === 1);
  }
  const tuned = tuneThreshold(outOfFold.map(({ maps }) => maps[m]), outOfFold.map(({ truth }) => truth));
  return {
    calibration: {
      everywhere: everywhere.calibrationError(),
      boundary: boundary.calibrationError(),
      averagePrecision: everywhere.averagePrecision(),
      reliability: boundary.reliability(10),
    },
    thresholds: tuned.curve.filter((_, i) => i % 3 === 1),
  };
}

/**
 * Computes each member's scores, calibration and errors.
 *
 * @param report called before each member with the completed share, 0 to 1, and its name
 */
export function describeMembers(
  { members, byFold, tests, outOfFold, index, smallArea, haveObjects }: StudyMaps,
  report: (done: number, doing: string) => void,
) {
  const { scorer, task: { hasThreshold, instances } } = index;
  return members.map(({ name, architecture, loss, seed, records }, m): StudyAnalysis["members"][number] => {
    report(m / members.length, name);
    const tuned = tuneOnOthers(byFold, ({ maps }) => maps[m], index);
    return {
      name,
      architecture,
      loss,
      seed,
      parameters: records[0].parameters,
      runs: records.map(({ run }) => run),
      seconds: trainingSeconds(records),
      ...scoreDice(outOfFold.map((image) => scorer.byClass(image, image.maps[m])), scorer),
      ...(haveObjects && instances && measureObjects(outOfFold, ({ maps }) => maps[m], index, instances)),
      test: tests.map((images) => images.map((image) => scorer.dice(image, image.maps[m]))),
      ...(hasThreshold ? describeForeground(outOfFold, m) : { thresholds: [] }),
      ...countErrors(outOfFold, ({ maps }) => maps[m], index, smallArea),
      ...tuned,
      conventions: scoreByConventions(byFold, m, index, tuned?.tunedThresholds),
    };
  });
}
