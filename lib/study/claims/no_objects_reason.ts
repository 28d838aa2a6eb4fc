import type { StudyAnalysis } from "../analyse/analysis_record.ts";

/** Returns why an analysis has no scores of objects, as the end of a sentence. */
export function noObjectsReason({ task }: Pick<StudyAnalysis, "task">): string {
  if (task === "classes") {
    return ", because its task is classes: objects are scored for the tasks foreground and border.";
  }
  return ", because an earlier version made it or its masks hold no object numbers: deno task study --data FOLDER " +
    "scores objects if each object has a number in the masks of FOLDER.";
}
