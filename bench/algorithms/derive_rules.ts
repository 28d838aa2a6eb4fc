import {
  type AlgorithmEntry,
  AlgorithmRule,
  CONVOLUTION_KINDS,
  type ConvolutionKind,
} from "lib/nn/algorithms/algorithm_table.ts";
import { median } from "lib/math/mean.ts";
import { isTiled, isWithin } from "lib/nn/algorithms/choose_algorithm.ts";
import type { MeasuredPoint } from "./measure_work.ts";

/** The least gain for which an algorithm replaces the direct convolution: the lower end of the interval. */
export const LEAST_GAIN = 1.03;

/** Measured convolutions of similar size. */
interface SizeClass {
  side: number;
  /** Numbers of channels: the least, and the greatest. */
  inChannels: [number, number];
  outChannels: [number, number];
  /** Least and greatest number of pixels. */
  pixels: [number, number | null];
  /** Algorithms that gained in all of its convolutions, the one whose least gain is the greatest first. */
  algorithms: MeasuredPoint["algorithm"][];
}

/** Returns the numbers from the power of two below to before the next one. */
function octave(channels: number): [number, number] {
  const least = 2 ** Math.floor(Math.log2(channels));
  return [least, 2 * least - 1];
}

/** Returns the algorithms that gained at all points, the one whose least gain is the greatest first. */
function gainingAlgorithms(points: readonly MeasuredPoint[]): MeasuredPoint["algorithm"][] {
  const works = new Set(points.map(({ map, kernel, dilation }) => `${map} ${kernel} ${dilation}`));
  const gains = [...Map.groupBy(points, ({ algorithm }) => algorithm)]
    .filter(([, each]) => each.length === works.size && each.every(({ speed }) => speed.low >= LEAST_GAIN))
    .map(([algorithm, each]) => ({ algorithm, speed: Math.min(...each.map(({ speed }) => speed.ratio)) }));
  return gains.sort((a, b) => b.speed - a.speed).map(({ algorithm }) => algorithm);
}

/**
 * Groups points by channels, in octaves, and by pixels, in steps of four. The rules of the largest
 * measured maps of a pair of channels hold for all larger ones.
 */
function sizeClasses(points: readonly MeasuredPoint[]): SizeClass[] {
  const channels = Map.groupBy(
    points,
    ({ kernel: [side, , inChannels, outChannels] }) => JSON.stringify([side, octave(inChannels), octave(outChannels)]),
  );
  return [...channels].flatMap(([key, alike]) => {
    const [side, inChannels, outChannels] = JSON.parse(key);
    const sizes = Map.groupBy(
      alike,
      ({ map: [batch, height, width] }) => Math.round(Math.log2(batch * height * width) / 2),
    );
    const largest = Math.max(...sizes.keys());
    return [...sizes].toSorted(([a], [b]) => a - b).map(([size, group]): SizeClass => ({
      side,
      inChannels,
      outChannels,
      pixels: [4 ** size / 2, size === largest ? null : 2 * 4 ** size - 1],
      algorithms: gainingAlgorithms(group),
    }));
  });
}

/** Joins classes of the same channels and algorithms whose pixels adjoin. */
function joinClasses(classes: readonly SizeClass[]): SizeClass[] {
  const joined: SizeClass[] = [];
  const key = ({ side, inChannels, outChannels, algorithms }: SizeClass) =>
    JSON.stringify([side, inChannels, outChannels, algorithms]);
  for (const each of classes) {
    const last = joined.at(-1);
    if (last && key(last) === key(each) && last.pixels[1] === each.pixels[0] - 1) {
      joined[joined.length - 1] = { ...last, pixels: [last.pixels[0], each.pixels[1]] };
    } else joined.push(each);
  }
  return joined;
}

/** Limits within which tiles in machine code may gain everywhere, the widest first. */
const TILE_LIMITS: readonly Partial<Pick<AlgorithmRule, "inside" | "inChannels">>[] = [
  {},
  { inside: [0.6, null] },
  { inChannels: [32, null] },
  { inside: [0.6, null], inChannels: [32, null] },
];

/** Returns the widest rule for tiles within which all points gained, if any. */
function wideRule(algorithm: MeasuredPoint["algorithm"], points: readonly MeasuredPoint[]): AlgorithmRule | undefined {
  const rules = TILE_LIMITS.map((limits) => AlgorithmRule.parse({ algorithm, ...limits }));
  return rules.find((rule) => {
    const within = points.filter((point) => isWithin(rule, point));
    return within.length > 0 && within.every(({ speed }) => speed.low >= LEAST_GAIN);
  });
}

/**
 * Returns wide rules of tiles in machine code, those whose median gain is the greatest first. After the first tiles without
 * such a rule there is none: they can be faster than the next ones.
 */
function wideRules(points: readonly MeasuredPoint[]): AlgorithmRule[] {
  const tiled = [...Map.groupBy(points.filter(({ algorithm }) => isTiled(algorithm)), ({ algorithm }) => algorithm)]
    .map(([algorithm, each]) => ({ algorithm, each, speed: median(each.map(({ speed }) => speed.ratio)) }))
    .sort((a, b) => b.speed - a.speed);
  const rules: AlgorithmRule[] = [];
  for (const { algorithm, each } of tiled) {
    const rule = wideRule(algorithm, each);
    if (!rule) break;
    rules.push(rule);
  }
  return rules;
}

/**
 * Derives the rules of an entry from measurements. An algorithm is used for a class of sizes if the lower end of its
 * interval shows a gain of 3 % or more for every convolution of the class. Tiles in machine code that gain that much in all
 * measured convolutions, or in all with full tiles or many channels, come first, with a rule for all sizes.
 */
export function deriveRules(points: readonly MeasuredPoint[]): AlgorithmEntry["rules"] {
  const derive = (kind: ConvolutionKind) => {
    const ofKind = points.filter((point) => point.kind === kind), wide = wideRules(ofKind);
    const others = ofKind.filter((point) =>
      !wide.some((rule) => rule.algorithm === point.algorithm && isWithin(rule, point))
    );
    return [
      ...wide,
      ...joinClasses(sizeClasses(others)).flatMap(({ inChannels, outChannels, pixels, algorithms }) =>
        algorithms.map((algorithm) => AlgorithmRule.parse({ algorithm, inChannels, outChannels, pixels }))
      ),
    ];
  };
  return Object.fromEntries(CONVOLUTION_KINDS.map((kind) => [kind, derive(kind)])) as AlgorithmEntry["rules"];
}
