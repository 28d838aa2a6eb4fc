import { ALGORITHMS, type ConvolutionAlgorithm, type ConvolutionKind } from "lib/nn/algorithms/algorithm_table.ts";
import { isPossible, isTiled } from "lib/nn/algorithms/choose_algorithm.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { biasAdd } from "lib/nn/ops/bias_add.ts";
import { createAlgorithm } from "lib/nn/ops/convolution_algorithms.ts";
import { compile, randomNormal, tf } from "lib/tensorflow";
import { median } from "lib/math/mean.ts";
import { pairedRatio, type Ratio } from "../statistics.ts";
import type { MeasuredWork } from "./list_works.ts";
import { differences, requireSameResults } from "./same_results.ts";

/** The speed of an algorithm, as a multiple of that of the direct convolution. */
export interface MeasuredPoint extends Omit<MeasuredWork, "kinds"> {
  kind: ConvolutionKind;
  algorithm: Exclude<ConvolutionAlgorithm, "direct">;
  speed: Ratio;
  /** Milliseconds, the medians. */
  direct: number;
  milliseconds: number;
}

/** Shorter runs are repeated within one measurement. */
const SHORTEST_MILLISECONDS = 8;

/** Largest difference from the direct convolution, relative to its result: Winograd's method with 4 × 4 pixels rounds most. */
const LARGEST_DIFFERENCE = 1e-4;

/**
 * Compiles one convolution, in the way in which a prediction or a training step runs it: in a prediction the kernel is
 * constant.
 */
function compileWork(
  name: ConvolutionAlgorithm,
  kind: ConvolutionKind,
  { kernel: [side], dilation }: MeasuredWork,
  [kernel, bias]: readonly [tf.Tensor4D, tf.Tensor1D],
) {
  const inference = kind === "inference";
  const algorithm = createAlgorithm(name, side, dilation);
  return compile((x: tf.Tensor4D, dy: tf.Tensor4D) => {
    if (inference) return tf.relu(biasAdd(algorithm.forward(x, kernel), bias));
    if (kind === "forward") return algorithm.forward(x, kernel);
    return algorithm[kind](x, kernel, dy);
  }, { name: `${kind} ${name}`, fuse: inference, frozen: inference, sequential: inference && !isTiled(name) });
}

/**
 * Measures the algorithms that can compute a convolution against the direct one, in turn.
 *
 * @param rounds number of measurements of each
 * @param largest the largest difference of the results that is allowed. Default: 10⁻⁴ of the result
 * @throws {Error} if an algorithm gives other results than the direct convolution.
 */
export async function measureWork(
  work: MeasuredWork,
  kind: ConvolutionKind,
  rounds: number,
  largest: number = LARGEST_DIFFERENCE,
): Promise<MeasuredPoint[]> {
  const { map, kernel, dilation } = work;
  const [batch, height, width] = map, [, , , outChannels] = kernel;
  const possible = { map, kernel, dilation, device: "CPU", precision: "float32", native: runsNativeOps() } as const;
  const names = ALGORITHMS.filter((name) => isPossible(name, kind, possible));
  if (names.length === 0) return [];
  const [x, dy, ...weights] = tf.tidy(() => [
    randomNormal([...map], tf.tensor1d([1, 1], "int32")),
    randomNormal([batch, height, width, outChannels], tf.tensor1d([3, 3], "int32")),
    tf.mul(randomNormal([...kernel], tf.tensor1d([2, 2], "int32")), 0.05),
    tf.zeros([outChannels]),
  ]) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor1D];
  const sides = (["direct", ...names] as const).map((name) => ({
    name,
    step: compileWork(name, kind, work, weights),
    times: [] as number[],
    repeats: 1,
  }));
  type Side = (typeof sides)[number];
  const time = async ({ step, repeats }: Side) => {
    const start = performance.now();
    for (let run = 0; run < repeats; run++) (await step(x, dy)).dispose();
    return (performance.now() - start) / repeats;
  };
  let expected: Float32Array | undefined;
  for (const side of sides) {
    const result = await side.step(x, dy); // compiles it
    const numbers = result.dataSync() as Float32Array;
    result.dispose();
    expected ??= numbers;
    requireSameResults(`${kind} of ${map.join(" × ")} by ${side.name}`, differences([numbers], [expected]), [largest]);
    side.repeats = Math.ceil(SHORTEST_MILLISECONDS / await time(side));
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) side.times.push(await time(side));
  }
  const [{ times: direct }, ...others] = sides;
  for (const { step } of sides) step.dispose();
  tf.dispose([x, dy, ...weights]);
  return others.map(({ name, times }) => ({
    map,
    kernel,
    dilation,
    kind,
    algorithm: name as MeasuredPoint["algorithm"],
    speed: pairedRatio(times, direct),
    direct: median(direct),
    milliseconds: median(times),
  }));
}
