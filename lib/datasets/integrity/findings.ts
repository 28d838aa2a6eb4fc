import { count } from "../../io/count.ts";
import type { ImageSummary } from "../dataset_summary.ts";
import type { MaskTraits } from "./mask_traits.ts";

/** A problem, or something worth checking. */
export interface Finding {
  /** An `error` makes training useless, a `warning` may do so, a `note` is information. */
  severity: "error" | "warning" | "note";
  /** One sentence. */
  message: string;
  /** Ids of the images concerned. */
  ids: string[];
  /** Whether the message already names the image, as for an unreadable one. */
  namesImage?: boolean;
}

/** The report on one image. */
export type ImageReport = Omit<ImageSummary, "objectAreas"> & MaskTraits & {
  /** Median area of an object, in pixels; null if there is none. */
  medianArea: number | null;
};

/**
 * Minimum share of isolated pixels in the foreground of a blended mask: label masks have at most 0.0001, resampled ones
 * mostly at least 0.008.
 */
const MAX_ISOLATED = 0.005;
/**
 * Minimum Dice of Otsu's threshold and the inverted mask, and minimum lead over the mask itself, of an inverted mask.
 */
const INVERSE_FITS = 0.6, INVERSE_LEADS = 0.3;

/** Rules for one image and its mask: severity, whether the rule applies, and the message for a number of images. */
const RULES: readonly [Finding["severity"], (image: ImageReport) => boolean, (masks: number) => string][] = [
  [
    "error",
    ({ greyPicture }) => greyPicture,
    (k) => `${count(k, "mask")} with grey values like a picture: not a label mask`,
  ],
  [
    "error",
    isBlended,
    (k) =>
      `${count(k, "mask")} with blended values along outlines: save label masks without JPEG, and resample them ` +
      "by nearest neighbours",
  ],
  [
    "warning",
    ({ oneAndTwo }) => oneAndTwo,
    (k) =>
      `${count(k, "mask")} with 1 and 2 and no 0, as ilastik exports classes: here every pixel is foreground; ` +
      "save the background class as 0",
  ],
  [
    "warning",
    looksInverted,
    (k) =>
      `${count(k, "mask")} that ${
        k === 1 ? "looks" : "look"
      } inverted: Otsu's threshold fits the inverse far better; ` +
      "0 is background here, so unless cells fill most of the image, the background has the numbers",
  ],
  ["warning", ({ objects }) => objects === 0, (k) => `${count(k, "mask")} without any object`],
  [
    "warning",
    ({ foreground, oneAndTwo }) => foreground > 0.95 && !oneAndTwo,
    (k) => `${count(k, "mask")} in which nearly every pixel is foreground`,
  ],
  ["warning", ({ contrast }) => contrast === 0, (k) => `${count(k, "image")} with a single grey value`],
  [
    "warning",
    ({ hotPixels }) => hotPixels > 0,
    (k) => `${count(k, "image")} with single pixels far outside the rest (hot pixels)`,
  ],
  [
    "warning",
    ({ saturated }) => saturated > 0.01,
    (k) => `${count(k, "image")} with more than 1 % of the values at the top of the range`,
  ],
  [
    "warning",
    (image) => image.disconnected > 0 && !isBlended(image),
    (k) => `${count(k, "mask")} in which one number has several unconnected parts`,
  ],
  [
    "note",
    ({ binary, objects }) => binary && objects > 1,
    (k) => `${count(k, "mask")} without object numbers: touching objects count as one`,
  ],
  ["note", ({ touching }) => touching > 0, (k) => `${count(k, "mask")} with touching objects`],
];

function isBlended({ isolatedShare, greyPicture }: ImageReport): boolean {
  return isolatedShare > MAX_ISOLATED && !greyPicture;
}

function looksInverted({ foreground, backgroundComponents, objects, otsuDice, inverseDice }: ImageReport): boolean {
  const fits = inverseDice > INVERSE_FITS && inverseDice > otsuDice + INVERSE_LEADS;
  // If cells fill an image, the background between them is connected, but the cells are not.
  return foreground > 0.5 && fits && backgroundComponents >= objects;
}

/** Finds PASCAL VOC's void: an outline in a single mask suffices, but an area counts only if most masks have one. */
function voidFinding(images: readonly ImageReport[]): Finding[] {
  const marked = images.filter(({ void255 }) => void255);
  const usual = marked.length > 1 && marked.length >= images.length / 2;
  const ids = marked.filter(({ void255 }) => usual || void255 === "outline").map(({ id }) => id);
  if (ids.length === 0) return [];
  const message = `${count(ids.length, "mask")} with 255 far above all other numbers, like PASCAL VOC's void: ` +
    "it counts as foreground here; save it as 0";
  return [{ severity: "warning", message, ids }];
}

/**
 * Warns if foreground everywhere scores better than a threshold, which often means that masks and images do not belong
 * together. It is never an error, because it also happens for phase contrast, in which no threshold separates cells
 * from the background, and for images filled with cells.
 */
function thresholdFinding(images: readonly ImageReport[]): Finding[] {
  const mean = (score: (image: ImageReport) => number) =>
    images.reduce((sum, image) => sum + score(image), 0) / images.length;
  const otsu = mean(({ otsuDice }) => otsuDice), allForeground = mean(({ allForegroundDice }) => allForegroundDice);
  if (otsu >= allForeground) return [];
  return [{
    severity: "warning",
    message: `Otsu's threshold fits the masks worse (mean Dice ${otsu.toFixed(3)}) than foreground everywhere ` +
      `(${
        allForeground.toFixed(3)
      }): check whether each mask belongs to its image, whether masks are inverted, and what they mark; ` +
      "this is normal for phase contrast and for images filled with cells",
    ids: [],
  }];
}

/** Checks images and masks, both individually and as a whole. */
export function maskFindings(images: readonly ImageReport[]): Finding[] {
  const found = RULES.flatMap(([severity, applies, message]): Finding[] => {
    const ids = images.filter(applies).map(({ id }) => id);
    return ids.length > 0 ? [{ severity, message: message(ids.length), ids }] : [];
  });
  return sortFindings([...found, ...voidFinding(images), ...thresholdFinding(images)]);
}

/** Sorts findings by severity, errors first; those of one severity keep their order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

const SEVERITIES: readonly Finding["severity"][] = ["error", "warning", "note"];
