import { count } from "../../io/count.ts";
import type { ImageSummary } from "../dataset_summary.ts";
import type { MaskTraits } from "./mask_traits.ts";

/** What is wrong, or deserves a look. */
export interface Finding {
  /** An `error` spoils a training, a `warning` may, a `note` is good to know. */
  severity: "error" | "warning" | "note";
  /** One sentence. */
  message: string;
  /** Images that it concerns. */
  ids: string[];
  /** Whether the message names the image, as that of one that cannot be read does. */
  namesImage?: boolean;
}

/** One image of a report. */
export type ImageReport = Omit<ImageSummary, "objectAreas"> & MaskTraits & {
  /** Median area of an object, in pixels; null where there is none. */
  medianArea: number | null;
};

/** Share of the foreground in specks from which on a mask is blended: label masks have 0.0001 or less, resampled ones mostly 0.008 and more. */
const SPECKS = 0.005;
/** Dice of Otsu's threshold on a mask's inverse that counts as a fit, and its lead over that on the mask. */
const INVERSE_FITS = 0.6, INVERSE_LEADS = 0.3;

/** Rules that look at one image and its mask: severity, whether it applies, and what it says of so many. */
const RULES: readonly [Finding["severity"], (image: ImageReport) => boolean, (masks: number) => string][] = [
  [
    "error",
    ({ greyPicture }) => greyPicture,
    (k) => `${count(k, "mask")} with grey values like a picture's: no label mask`,
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
      `${count(k, "mask")} with 1 and 2 and no 0, as ilastik exports classes: here all of it is foreground; ` +
      "save the background's class as 0",
  ],
  [
    "warning",
    looksInverted,
    (k) =>
      `${count(k, "mask")} that ${
        k === 1 ? "looks" : "look"
      } inverted: Otsu's threshold fits the inverse far better; ` +
      "0 is background here, unless cells fill most of the image the numbers lie on the ground",
  ],
  ["warning", ({ objects }) => objects === 0, (k) => `${count(k, "mask")} without any object`],
  [
    "warning",
    ({ foreground, oneAndTwo }) => foreground > 0.95 && !oneAndTwo,
    (k) => `${count(k, "mask")} that ${k === 1 ? "calls" : "call"} nearly everything foreground`,
  ],
  ["warning", ({ contrast }) => contrast === 0, (k) => `${count(k, "image")} of one grey value`],
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
    (image) => image.scattered > 0 && !isBlended(image),
    (k) => `${count(k, "mask")} in which one number lies in several places`,
  ],
  [
    "note",
    ({ binary, objects }) => binary && objects > 1,
    (k) => `${count(k, "mask")} without object numbers: touching objects count as one`,
  ],
  ["note", ({ touching }) => touching > 0, (k) => `${count(k, "mask")} with touching objects`],
];

function isBlended({ specks, greyPicture }: ImageReport): boolean {
  return specks > SPECKS && !greyPicture;
}

function looksInverted({ foreground, grounds, objects, otsuDice, inverseDice }: ImageReport): boolean {
  const fits = inverseDice > INVERSE_FITS && inverseDice > otsuDice + INVERSE_LEADS;
  // Where cells fill an image, what is between them is connected and they are not.
  return foreground > 0.5 && fits && grounds >= objects;
}

/** VOC's void: an outline in one mask tells, an area only where most masks have it. */
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
 * Where calling every pixel foreground scores more than a threshold, masks and images often do not belong together. Phase
 * contrast, in which no threshold separates cells from the ground, and images that cells fill are like that too: so it is
 * never an error.
 */
function thresholdFinding(images: readonly ImageReport[]): Finding[] {
  const mean = (score: (image: ImageReport) => number) =>
    images.reduce((sum, image) => sum + score(image), 0) / images.length;
  const otsu = mean(({ otsuDice }) => otsuDice), allForeground = mean(({ allForegroundDice }) => allForegroundDice);
  if (otsu >= allForeground) return [];
  return [{
    severity: "warning",
    message:
      `Otsu's threshold fits the masks worse (mean Dice ${otsu.toFixed(3)}) than calling every pixel foreground does ` +
      `(${
        allForeground.toFixed(3)
      }): see whether each mask is its image's, whether masks are inverted, and what they mark; ` +
      "phase contrast, and images that cells fill, are like that by nature",
    ids: [],
  }];
}

/** What is found in images and masks, each looked at alone and all together. */
export function maskFindings(images: readonly ImageReport[]): Finding[] {
  const found = RULES.flatMap(([severity, applies, message]): Finding[] => {
    const ids = images.filter(applies).map(({ id }) => id);
    return ids.length > 0 ? [{ severity, message: message(ids.length), ids }] : [];
  });
  return [...found, ...voidFinding(images), ...thresholdFinding(images)]
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

const SEVERITIES: readonly Finding["severity"][] = ["error", "warning", "note"];
