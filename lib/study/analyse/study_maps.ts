import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { SampleIndex } from "./gather_maps.ts";
import type { MemberRuns } from "./members.ts";

/** The maps that a study's members kept, and the data for scoring them. */
export interface StudyMaps {
  members: MemberRuns[];
  /** Validation images of each fold. */
  byFold: EnsembleImage[][];
  /** Test images, predicted by the models of each fold. */
  tests: EnsembleImage[][];
  /** Validation images of all folds. */
  outOfFold: EnsembleImage[];
  index: SampleIndex;
  /** Area in pixels below which an object is small. */
  smallArea: number;
  /** Whether the masks hold object numbers, so that objects are scored. */
  haveObjects: boolean;
}
