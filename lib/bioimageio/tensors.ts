import { INPUT, OUTPUT } from "../onnx/value_names.ts";
import type { PackagedFile } from "./packaged_file.ts";
import type { Step } from "./preprocessing.ts";
import { pixelSides, type PixelSize } from "../images/pixel_size.ts";

/** The sides of images: from `min` on, in steps of `step`. The network mirrors every image to its own grid. */
export const SIDES = { min: 64, step: 1 } as const;

/** The part of an input or an output that differs between models. */
export interface Tensor {
  channels: readonly string[];
  test: PackagedFile;
  /** The same values as a picture. */
  sample: PackagedFile;
  pixelSize?: PixelSize;
}

/** Describes the two axes of a plane. */
function plane(size: (axis: string) => object, pixelSize: PixelSize | undefined): object[] {
  const scales = pixelSize === undefined ? [] : pixelSides(pixelSize);
  return ["y", "x"].map((id, i) => ({
    id,
    type: "space",
    size: size(id),
    ...(pixelSize !== undefined && { unit: "micrometer", scale: scales[i] }),
  }));
}

/** Describes the images that a package takes. */
export function describeInput({ channels, test, sample, pixelSize }: Tensor, preprocessing: readonly Step[]): object {
  return {
    id: INPUT,
    description: "Microscopy images with the intensities of their files.",
    axes: [
      { type: "batch" },
      { type: "channel", channel_names: channels },
      ...plane(() => SIDES, pixelSize),
    ],
    test_tensor: test,
    sample_tensor: sample,
    data: { type: "float32" },
    preprocessing,
  };
}

/**
 * Describes the probabilities that a package predicts. It names no halo: bioimageio.core from 0.11 on would mirror whole
 * images beyond their edges by it, and predict other probabilities than the project.
 */
export function describeOutput({ channels, test, sample, pixelSize }: Tensor): object {
  return {
    id: OUTPUT,
    description: "The probability of each channel's name, for each pixel.",
    axes: [
      { type: "batch" },
      { type: "channel", channel_names: channels },
      ...plane((axis) => ({ tensor_id: INPUT, axis_id: axis }), pixelSize),
    ],
    test_tensor: test,
    sample_tensor: sample,
    data: { type: "float32", range: [0, 1] },
  };
}
