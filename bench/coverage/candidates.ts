import { addVariances, type EstimatedVariance, weightedMeanVariance } from "lib/evaluate/cluster_variance.ts";
import { mean } from "lib/math/mean.ts";
import { normalCdf, normalQuantile } from "lib/math/normal_distribution.ts";
import type { Random } from "lib/math/random.ts";
import { studentQuantile } from "lib/math/student_distribution.ts";
import type { Sample } from "./draw_sample.ts";

/** The ends of an interval. */
export type Ends = readonly [low: number, high: number];

/** A way to make an interval. */
export interface Candidate {
  label: string;
  /** What it estimates: the mean of the groups' means, or the mean of all images. */
  estimand: "groups" | "images";
  /** Numbers of trainings that it is for. */
  trainings: "one" | "several";
  /** How many of the samples it gets: the chosen ones get all, and those that resample few. */
  draws: "all" | "many" | "few";
  interval(sample: Sample, random: Random): Ends;
}

const quantiles = new Map<number, number>();

/** Returns half the width of an interval by Student's t. */
function halfWidth({ variance, freedom }: EstimatedVariance): number {
  if (!(variance > 0)) return 0;
  // Most candidates use few whole numbers of degrees.
  const known = quantiles.get(freedom) ?? studentQuantile(0.975, freedom);
  if (Number.isInteger(freedom)) quantiles.set(freedom, known);
  return known * Math.sqrt(variance);
}

/** Makes an interval by Student's t. */
function student(estimate: number, variance: EstimatedVariance): Ends {
  const half = halfWidth(variance);
  return [estimate - half, estimate + half];
}

/** Returns each group's mean, the mean over trainings. */
const groupMeans = ({ sizes, sums }: Sample) =>
  sizes.map((size, g) => sums.reduce((sum, row) => sum + row[g], 0) / sums.length / size);

const total = (values: readonly number[]) => values.reduce((a, b) => a + b);

/** Returns the mean over images, the shares of the groups, and the mean over images of each training. */
function imageMeans({ sizes, sums }: Sample) {
  const images = total(sizes), perTraining = sums.map((row) => total(row) / images);
  return { estimate: mean(perTraining), shares: sizes.map((size) => size / images), perTraining };
}

/** Returns the variance of a mean over images, linearised, with as many degrees of freedom as groups less 1. */
function linearised(sample: Sample): EstimatedVariance {
  const { estimate, shares } = imageMeans(sample), means = groupMeans(sample), count = means.length;
  const squares = means.reduce((sum, value, g) => sum + (shares[g] * (value - estimate)) ** 2, 0);
  return { variance: squares * count / (count - 1), freedom: count - 1 };
}

/** Returns the variance of a mean over images by leaving out one group at a time. */
function jackknifed(sample: Sample): EstimatedVariance {
  const { estimate, shares } = imageMeans(sample), means = groupMeans(sample), count = means.length;
  const left = means.map((value, g) => (estimate - shares[g] * value) / (1 - shares[g]));
  return {
    variance: left.reduce((sum, value) => sum + (value - estimate) ** 2, 0) * (count - 1) / count,
    freedom: count - 1,
  };
}

/** The variance over trainings of the mean over images. */
function overTrainings({ perTraining }: ReturnType<typeof imageMeans>): EstimatedVariance {
  const middle = mean(perTraining), count = perTraining.length;
  const squares = perTraining.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { variance: squares / (count - 1) / count, freedom: count - 1 };
}

/** The part of the variance over groups that is due to the interaction of groups and trainings. */
function interaction(sample: Sample): number {
  const { sizes, sums } = sample, { shares, perTraining } = imageMeans(sample), means = groupMeans(sample);
  const middle = mean(perTraining), count = sums.length;
  return sizes.reduce((sum, size, g) => {
    const squares = sums.reduce(
      (inner, row, s) => inner + (row[g] / size - means[g] - perTraining[s] + middle) ** 2,
      0,
    );
    return sum + shares[g] ** 2 * squares / (count - 1) / count;
  }, 0);
}

const DRAWS = 400;

/** Draws groups with replacement, and trainings if there are several, and returns the sorted means over images. */
function resampled({ sizes, sums }: Sample, random: Random): Float64Array {
  const drawn = new Float64Array(DRAWS), picked = new Uint32Array(sizes.length);
  // Plain loops: this is most of the time of the comparison.
  for (let d = 0; d < DRAWS; d++) {
    let images = 0;
    for (let i = 0; i < picked.length; i++) images += sizes[picked[i] = random.integer(picked.length)];
    for (let s = 0; s < sums.length; s++) {
      const row = sums[sums.length > 1 ? random.integer(sums.length) : s];
      let sum = 0;
      for (let i = 0; i < picked.length; i++) sum += row[picked[i]];
      drawn[d] += sum / images / sums.length;
    }
  }
  return drawn.sort();
}

const quantile = (sorted: Float64Array, share: number) =>
  sorted[Math.max(0, Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1))))];

/** Bias-corrected and accelerated interval (Efron 1987). */
function biasCorrected(sample: Sample, random: Random): Ends {
  const drawn = resampled(sample, random), { estimate, shares } = imageMeans(sample), means = groupMeans(sample);
  const below = drawn.reduce((n, value) => n + (value < estimate ? 1 : 0), 0) / DRAWS;
  const bias = normalQuantile(Math.min(1 - 1 / DRAWS, Math.max(1 / DRAWS, below)));
  const left = means.map((value, g) => (estimate - shares[g] * value) / (1 - shares[g])), middle = mean(left);
  const power = (exponent: number) => left.reduce((sum, value) => sum + (middle - value) ** exponent, 0);
  const acceleration = power(2) > 0 ? power(3) / (6 * power(2) ** 1.5) : 0;
  const end = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantile(drawn, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return [end(0.025), end(0.975)];
}

/** Bootstrap-t: the quantiles of resampled means in units of their standard errors. */
function studentised(sample: Sample, random: Random): Ends {
  const { sizes, sums: [row] } = sample, count = sizes.length;
  const { estimate } = imageMeans(sample), error = Math.sqrt(linearised(sample).variance);
  const ratios = new Float64Array(DRAWS), picked = new Uint32Array(count);
  for (let d = 0; d < DRAWS; d++) {
    let images = 0, sum = 0, squares = 0;
    for (let i = 0; i < count; i++) {
      const g = picked[i] = random.integer(count);
      images += sizes[g];
      sum += row[g];
    }
    const again = sum / images;
    for (let i = 0; i < count; i++) squares += (row[picked[i]] - again * sizes[picked[i]]) ** 2;
    const spread = Math.sqrt(squares * count / (count - 1)) / images, distance = again - estimate;
    ratios[d] = spread > 0 ? distance / spread : Math.sign(distance) * 1000;
  }
  ratios.sort();
  return [estimate - error * quantile(ratios, 0.975), estimate - error * quantile(ratios, 0.025)];
}

/** Makes a candidate that resamples groups. */
function resampling(label: string, trainings: Candidate["trainings"], interval: Candidate["interval"]): Candidate {
  return { label, estimand: "images", trainings, draws: "few", interval };
}

/** Makes a candidate for several trainings from the variances over groups and over trainings. */
function crossed(
  label: string,
  half: (groups: EstimatedVariance, trainings: EstimatedVariance, sample: Sample) => number,
  draws: Candidate["draws"] = "many",
): Candidate {
  return {
    label,
    estimand: "images",
    trainings: "several",
    draws,
    interval(sample) {
      const means = imageMeans(sample);
      const groups = weightedMeanVariance(groupMeans(sample), means.shares);
      const width = half(groups, overTrainings(means), sample);
      return [means.estimate - width, means.estimate + width];
    },
  };
}

/** The ways to make an interval that are compared. */
export const CANDIDATES: Readonly<Record<string, Candidate>> = {
  percentile: resampling("percentile bootstrap over groups", "one", (sample, random) => {
    const drawn = resampled(sample, random);
    return [quantile(drawn, 0.025), quantile(drawn, 0.975)];
  }),
  bca: resampling("BCa bootstrap over groups", "one", biasCorrected),
  "bootstrap-t": resampling("bootstrap-t over groups", "one", studentised),
  "t-groups": {
    label: "t of the groups' means, G − 1",
    estimand: "groups",
    trainings: "one",
    draws: "many",
    interval(sample) {
      const means = groupMeans(sample), equal = means.map(() => 1 / means.length);
      return student(mean(means), weightedMeanVariance(means, equal));
    },
  },
  "t-images": {
    label: "cluster t of all images, linearised, G − 1",
    estimand: "images",
    trainings: "one",
    draws: "many",
    interval: (sample) => student(imageMeans(sample).estimate, linearised(sample)),
  },
  "t-jackknife": {
    label: "cluster t of all images, jackknife, G − 1",
    estimand: "images",
    trainings: "one",
    draws: "many",
    interval: (sample) => student(imageMeans(sample).estimate, jackknifed(sample)),
  },
  "t-satterthwaite": {
    label: "cluster t of all images, Satterthwaite",
    estimand: "images",
    trainings: "one",
    draws: "all",
    interval(sample) {
      const { estimate, shares } = imageMeans(sample);
      return student(estimate, weightedMeanVariance(groupMeans(sample), shares));
    },
  },
  "groups-only": crossed("over groups only", (groups) => halfWidth(groups)),
  "bca-nested": resampling("BCa bootstrap over groups and trainings", "several", biasCorrected),
  "crossed-less": crossed("groups + trainings − interaction, Satterthwaite", (groups, trainings, sample) => {
    const sum = addVariances(groups, trainings);
    const variance = Math.max(groups.variance, trainings.variance, sum.variance - interaction(sample));
    return halfWidth({ variance, freedom: sum.freedom });
  }),
  crossed: crossed(
    "groups + trainings, Satterthwaite",
    (groups, trainings) => halfWidth(addVariances(groups, trainings)),
    "all",
  ),
  "crossed-halves": crossed(
    "root of the sum of both squared half widths",
    (groups, trainings) => Math.hypot(halfWidth(groups), halfWidth(trainings)),
  ),
};
