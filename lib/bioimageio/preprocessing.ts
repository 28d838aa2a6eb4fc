import type { Image } from "../images/image.ts";
import { NORMAL_ENDS, type Normalization } from "../images/normalize.ts";
import type { TrainingStatistics } from "../objects/training/training_statistics.ts";
import { PackageError } from "./package_error.ts";

/** A step of the specification that images go through. Sums and quantiles are over channels, rows and columns. */
export type Step =
  | { id: "scale_range"; kwargs: { axes: readonly string[]; min_percentile: number; max_percentile: number } }
  | { id: "zero_mean_unit_variance"; kwargs: { axes: readonly string[] } }
  | { id: "scale_linear"; kwargs: { gain: number; offset: number } }
  | { id: "clip"; kwargs: { min: number; max: number } };

/** The axes of one image. */
const AXES = ["channel", "y", "x"] as const;

/** Added to divisors by the specification's steps. */
const EPSILON = 1e-6;

/** Returns the step that maps percentiles to 0 and 1. */
function scaleRange([dark, bright]: readonly number[]): Step {
  return { id: "scale_range", kwargs: { axes: AXES, min_percentile: dark, max_percentile: bright } };
}

/** Returns the step that divides integers by the largest value of their type. */
function divideByDepth(known: TrainingStatistics | undefined): Step {
  const depths = known?.depths.map(({ bits }) => bits) ?? [];
  if (depths.length !== 1) {
    const why = depths.length ? `images of ${depths.join(" and ")} bits` : "images of an unknown depth";
    throw new PackageError(
      `The model's normalization is "depth", and it was trained on ${why}: a package needs one depth. ` +
        "Train a model with the normalization robust",
    );
  }
  const [bits] = depths;
  return bits === 32 ? scaleRange([0, 100]) : { id: "scale_linear", kwargs: { gain: 1 / (2 ** bits - 1), offset: 0 } };
}

/**
 * Describes a normalisation by the steps of the bioimage.io specification.
 *
 * `robust` is more than its steps: it also replaces hot pixels, and does not stretch the noise of an empty field. Its
 * percentile is a value of the image. That of `scale_range` is interpolated between two values, which are equal in nearly
 * all images of integers.
 *
 * @param percentiles those that become 0 and 1. Default: 1 and 99.8
 * @param trained range of the training images; only `depth` uses it
 * @throws {PackageError} if the depth of the training images is unknown and matters.
 * @see https://github.com/bioimage-io/spec-bioimage-io
 */
export function describeNormalization(
  normalization: Normalization,
  percentiles: readonly number[] = NORMAL_ENDS.map((share) => 100 * share),
  trained?: TrainingStatistics,
): Step[] {
  switch (normalization) {
    case "robust":
      return [scaleRange(percentiles), { id: "clip", kwargs: { min: 0, max: 1 } }];
    case "percentile":
      return [scaleRange(percentiles)];
    case "zscore":
      return [{ id: "zero_mean_unit_variance", kwargs: { axes: AXES } }];
    case "depth":
      return [divideByDepth(trained)];
  }
}

/** Returns a quantile of sorted values, interpolated linearly: NumPy's default. */
function interpolated(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1), below = Math.floor(at), above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function applyStep(values: Float64Array, step: Step): Float64Array {
  switch (step.id) {
    case "scale_range": {
      const sorted = values.toSorted(), { min_percentile, max_percentile } = step.kwargs;
      const low = interpolated(sorted, min_percentile / 100), high = interpolated(sorted, max_percentile / 100);
      return values.map((value) => (value - low) / (high - low + EPSILON));
    }
    case "zero_mean_unit_variance": {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return values.map((value) => (value - mean) / (Math.sqrt(variance) + EPSILON));
    }
    case "scale_linear":
      return values.map((value) => value * step.kwargs.gain + step.kwargs.offset);
    case "clip":
      return values.map((value) => Math.min(step.kwargs.max, Math.max(step.kwargs.min, value)));
  }
}

/** Applies steps to an image as the specification defines them: float32 `[height, width, channels]`. */
export function applySteps({ data }: Image, steps: readonly Step[]): Float32Array {
  return Float32Array.from(steps.reduce(applyStep, Float64Array.from(data)));
}
