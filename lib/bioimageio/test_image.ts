import { generateDataset } from "../datasets/generator/generate.ts";
import type { Image } from "../images/image.ts";
import type { WeightedNetwork } from "../onnx/list_networks.ts";
import { PackageError } from "./package_error.ts";
import { applySteps, type Step } from "./preprocessing.ts";

/** Side of the test image in pixels: five cells of the coarsest map. */
const SIDE = 160;

/** Largest difference of a normalised value between a model and the specification. */
const TOLERANCE = 1e-5;

/** Number of generated images to choose from. */
const CANDIDATES = 8;

/** Repeats each value of a grey image for a number of channels: `[height, width, channels]`. */
export function repeatGrey<Data extends Image["data"]>(data: Data, channels: number): Data {
  const repeated = new (data.constructor as new (length: number) => Data)(channels * data.length);
  for (let i = 0; i < repeated.length; i++) repeated[i] = data[Math.floor(i / channels)];
  return repeated;
}

/** An image of 16 bits has brighter values, and one in floating point is a share of the largest value. */
function withDepth(image: Image, bits: Image["bits"]): Image {
  if (bits === image.bits) return image;
  if (bits === 16) return { ...image, bits, data: Uint16Array.from(image.data, (value) => 16 * value) };
  return { ...image, bits, data: Float32Array.from(image.data, (value) => value / 255) };
}

/**
 * Generates the image of a package's test tensors. No image of the user is in a package. All networks normalise the image
 * as the package's steps do.
 *
 * @throws {PackageError} if no generated image is like that.
 */
export async function generateTestImage(
  networks: readonly WeightedNetwork[],
  steps: readonly Step[],
  channels: Image["channels"],
): Promise<Image> {
  const [{ network: { use: { normalization, trainingStatistics } } }] = networks;
  const bits = normalization === "depth" ? trainingStatistics?.depths[0].bits ?? 8 : 8;
  const { samples } = await generateDataset({ count: CANDIDATES, size: SIDE, seed: 23 });
  const images = samples.map(({ image }) =>
    withDepth({ ...image, channels, data: repeatGrey(image.data, channels) }, bits)
  );
  const found = images.find((image) => {
    const expected = applySteps(image, steps);
    return networks.every(({ network }) =>
      network.normalize(image).every((value, i) => Math.abs(value - expected[i]) <= TOLERANCE)
    );
  });
  if (found) return found;
  throw new PackageError(
    "The model takes the generated test images for empty fields, because its training images have far more contrast: " +
      "export it with --onnx",
  );
}
