import { DEMO_IMAGES } from "../../../datasets/demo_dataset.ts";
import { listWords } from "../../../display/list_words.ts";
import { count } from "../../../io/count.ts";
import { type DescribedStudy, memberRuns, showRange } from "./described_study.ts";

/** Names that the generator gives its data sets. */
const GENERATED = /^generated-(nuclei|cells|sections)(-2-kinds)?$/;

/** Returns whether a study's images come from the project's generator. A study of an earlier version says so by their name alone. */
export const isGenerated = ({ analysis: { dataset }, source }: DescribedStudy) =>
  source ? source.folder === "" : GENERATED.test(dataset.name);

/** Says that the images were generated, and with which options, where they are recorded; nothing of other images. */
function generatedWords(study: DescribedStudy): string {
  const { source } = study;
  if (!isGenerated(study)) return "";
  if (!source) return "; the project generated them";
  const { seed, difficulty, size } = { ...DEMO_IMAGES, ...source.generated };
  return `; the project generated them (${size} × ${size} pixels, seed ${seed}, difficulty ${difficulty} of 0 to 1)`;
}

/** Formats a number of images with that of their groups. */
function imagesInGroups(groups: readonly string[]): string {
  return `${count(groups.length, "image")} in ${count(new Set(groups).size, "group")}`;
}

/** Describes the images of a study, their groups and their splits. */
export function dataSentences(study: DescribedStudy): string[] {
  const { analysis: { dataset, folds, outOfFold, test } } = study;
  const [{ config: { testShare } }] = memberRuns(study);
  const kinds = [...Map.groupBy([...outOfFold.modalities, ...test.modalities], (name) => name)];
  const modality = kinds.length === 1
    ? `, all ${kinds[0][0]}`
    : ` (${listWords(kinds.map(([name, images]) => `${images.length} ${name}`))})`;
  const training = showRange(memberRuns(study).map(({ data }) => data.training.length));
  return [
    `The data set ${dataset.name} has ${count(dataset.images, "image")} in ${
      count(dataset.groups, "group")
    }${modality}${generatedWords(study)} (fingerprint ${dataset.fingerprint.slice(0, 16)}).`,
    test.ids.length
      ? `A test split of ${imagesInGroups(test.groups)} was set aside (requested share: ${
        (100 * testShare).toFixed(0)
      } %), and the other ${imagesInGroups(outOfFold.groups)} were divided into ${folds} folds.`
      : `The images were divided into ${folds} folds.`,
    "Images of one group are in the same part; parts are balanced by modality and by share of foreground.",
    `For each fold the models were trained on the other folds (${training} images).`,
  ];
}
