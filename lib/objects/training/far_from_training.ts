import type { ImageDescription } from "./describe_image.ts";
import type { TrainingStatistics } from "./training_statistics.ts";

type Extent = readonly [low: number, high: number];

/** Intensities may lie outside those of the training images by this many times their range. */
const INTENSITY_MARGIN = 3;
/** The span of intensities may be this many times smaller than the smallest of the training images. */
const SPAN_FACTOR = 4;
/** The background's level may lie outside those of the training images by this much. */
const BACKGROUND_MARGIN = 0.2;
/** The diameter of objects may be this many times smaller or larger than in the training images. */
const DIAMETER_FACTOR = 2;
/** Most objects are specks if their diameters are this many times smaller than the smallest of the training images. */
const SPECK_FACTOR = 3;
/** Beginning of the sentence on an image of specks. */
const SPECKS = "most of its objects are specks";

const CHANNELS = { 1: "grey", 3: "in colour" } as const;

/**
 * Says in which ways an image lies far outside what a model trained on: in its channels, its depth, its intensities, the
 * level of its background, or the size of its objects. Weak models find many specks. Each is measured before normalisation,
 * and compared with a wide margin around the training images, so that no training image is far, unless its mask has specks.
 *
 * @param image the image's description, from {@linkcode describeImage}
 * @param training statistics that are stored with the model
 * @returns one sentence for each, with the numbers; none if the image is like the training images
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset } from "lib";
 * import { describeImage, farFromTraining, learnTrainingStatistics } from "lib/objects";
 *
 * const { samples } = await generateDataset({ count: 3, size: 64, modality: "fluorescence" });
 * const training = learnTrainingStatistics(samples)!;
 * const description = describeImage(samples[0].image, samples[0].labels);
 * const [note] = farFromTraining({ ...description, diameter: 500 }, training);
 * assert.match(note, /^its objects have a diameter of 500 pixels, those of the training images /);
 * ```
 */
export function farFromTraining(image: ImageDescription, training: TrainingStatistics): string[] {
  const { channels, bits, dark, bright, background, diameter, medianDiameter } = image;
  const notes: string[] = [];
  if (!training.channels.includes(channels)) {
    notes.push(`it is ${CHANNELS[channels]}, the training images are ${CHANNELS[training.channels[0]]}`);
  }
  const depth = training.depths.find((each) => each.bits === bits);
  // Intensities of different depths cannot be compared.
  if (!depth) {
    notes.push(`it has ${bits} bits, the training images ${training.depths.map((each) => each.bits).join(" or ")}`);
  } else if (isFarIntensity(image, [depth.dark[0], depth.bright[1]])) {
    notes.push(
      `its intensities are ${words([dark, bright])}, those of the training images ` +
        words([depth.dark[0], depth.bright[1]]),
    );
  } else if ((bright - dark) * SPAN_FACTOR < depth.span[0]) {
    notes.push(
      `its intensities span ${number(bright - dark)}, those of each training image ${words(depth.span)}`,
    );
  }
  if (
    background < training.background[0] - BACKGROUND_MARGIN || background > training.background[1] + BACKGROUND_MARGIN
  ) {
    notes.push(
      `its background is at ${percent(background)} between dark and bright, that of the training images at ${
        range(training.background.map(percent))
      }`,
    );
  }
  const diameters = training.diameter;
  if (medianDiameter !== undefined && diameters && medianDiameter * SPECK_FACTOR < diameters[0]) {
    notes.push(
      `${SPECKS}: their diameter is ${number(medianDiameter)} pixels or less, that of objects in the training images ` +
        words(diameters),
    );
  } else if (
    diameter !== undefined && diameters &&
    (diameter * DIAMETER_FACTOR < diameters[0] || diameter > diameters[1] * DIAMETER_FACTOR)
  ) {
    notes.push(
      `its objects have a diameter of ${number(diameter)} pixels, those of the training images ${words(diameters)}`,
    );
  }
  return notes;
}

/** Returns whether sentences of {@linkcode farFromTraining} say that most objects of an image are specks. */
export function hasSpecks(notes: readonly string[]): boolean {
  return notes.some((note) => note.startsWith(SPECKS));
}

/** Returns whether all intensities lie outside those of the training images, or some lie far outside. */
function isFarIntensity({ dark, bright }: ImageDescription, [lowest, highest]: Extent): boolean {
  const margin = INTENSITY_MARGIN * (highest - lowest);
  return bright < lowest || dark > highest || dark < lowest - margin || bright > highest + margin;
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function range([low, high]: readonly string[]): string {
  return low === high ? low : `${low} to ${high}`;
}

function words(extent: Extent): string {
  return range(extent.map(number));
}
