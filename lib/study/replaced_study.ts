import type { Dataset } from "../datasets/dataset.ts";
import { count } from "../io/count.ts";
import { readAnalysis } from "./analyse/study_store.ts";

/**
 * Returns a sentence if a folder holds the analysis of other images, which a study in it would replace; otherwise
 * `undefined`. A damaged analysis is made again anyway.
 *
 * @param folder of the study
 * @param dataset images of the study that begins or continues
 */
export async function replacedStudyNote(
  folder: string,
  { fingerprint }: Pick<Dataset, "fingerprint">,
): Promise<string | undefined> {
  const found = await readAnalysis(folder, { acceptWithoutDigest: true }).catch(() => undefined);
  if (!found || found.dataset.fingerprint === fingerprint) return undefined;
  const { images, name } = found.dataset;
  return `${folder} holds the analysis of ${
    count(images, "other image")
  } of ${name}, which this study replaces when it is ` +
    "finished; the runs on them stay. To keep both, stop it and choose another folder with --results";
}
