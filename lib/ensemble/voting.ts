import { mostProbableClass } from "../evaluate/class_counts.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/** How much the mean probability adds to the votes of one side of a tie. */
const TIE = 1e-6;

/**
 * Computes soft voting: the weighted mean of the members' probabilities, of foreground or of each class.
 *
 * @param weights weights of sum 1. Default: equal.
 */
export function softVote(maps: readonly ArrayLike<number>[], weights?: readonly number[]): Float32Array {
  const share = weights ?? maps.map(() => 1 / maps.length);
  const out = new Float32Array(maps[0].length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let m = 0; m < maps.length; m++) sum += share[m] * maps[m][i];
    out[i] = sum;
  }
  return out;
}

/** Computes majority voting: the share of members that call a pixel foreground. The mean probability decides ties. */
export function majorityVote(maps: readonly ArrayLike<number>[], threshold = 0.5): Float32Array {
  const out = new Float32Array(maps[0].length);
  for (let i = 0; i < out.length; i++) {
    let votes = 0, sum = 0;
    for (let m = 0; m < maps.length; m++) {
      sum += maps[m][i];
      if (maps[m][i] > threshold) votes++;
    }
    out[i] = 2 * votes === maps.length ? (sum / maps.length > threshold ? 0.5 + TIE : 0.5) : votes / maps.length;
  }
  return out;
}

/**
 * Computes majority voting of several classes: the share of members for which a class is the most probable. The mean
 * probability decides between classes with as many votes.
 *
 * @param maps `[height, width, classes]` per member
 * @returns shares, `[height, width, classes]`; the class with the largest is that of the majority
 */
export function majorityClassVote(maps: readonly Float32Array[], classes: number): Float32Array {
  const votes = maps.map((map) => mostProbableClass(map, classes)), mean = softVote(maps);
  const out = new Float32Array(maps[0].length);
  for (let at = 0, pixel = 0; at < out.length; at += classes, pixel++) {
    let most = 0, best = -1;
    for (const found of votes) {
      const count = ++out[at + found[pixel]];
      if (count > most) most = count;
    }
    for (let c = 0; c < classes; c++) {
      if (out[at + c] === most && (best < 0 || mean[at + c] > mean[at + best])) best = c;
    }
    for (let c = 0; c < classes; c++) out[at + c] /= maps.length;
    out[at + best] += TIE;
  }
  return out;
}

/** Computes majority voting of an image, of foreground or of several classes. */
export function imageMajorityVote(
  { maps, width, height }: Pick<EnsembleImage, "maps" | "width" | "height">,
): Float32Array {
  const classes = maps[0].length / (width * height);
  return classes > 1 ? majorityClassVote(maps, classes) : majorityVote(maps);
}
