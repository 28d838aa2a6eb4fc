import { runtimeInfo } from "lib";
import { median } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";
import { today } from "lib/runs/provenance.ts";
import type { Side } from "../side.ts";
import { pairedRatio } from "../statistics.ts";
import { type EngineOptions, OTHER_WAYS, type Starts, withEngines } from "./engines.ts";
import type { Result } from "./result.ts";
import type { Work } from "./works.ts";

/**
 * Measures peaks of fresh processes, one at a time, unless they are `known`. The peak of the second step is that of all
 * later ones.
 */
async function measureMemory(
  starts: Starts,
  { kind }: Work,
  known: Record<string, number> = {},
): Promise<Pick<Result, "peakBytes" | "plan" | "memory">> {
  const peakBytes = { ...known };
  let plan: Result["plan"];
  for (const name of Object.keys(starts).filter((name) => !(name in known))) {
    const side = starts[name]();
    await side.hello();
    await side.run(4);
    const memory = await side.end();
    peakBytes[name] = memory.peakBytes;
    if (name === "compiled" && kind === "training") plan = memory.plan;
  }
  const { compiled, contiguous, channelsLast } = peakBytes;
  return { peakBytes, plan, memory: compiled / Math.min(contiguous, channelsLast) };
}

/** Returns a result with the memory of this project's sides measured again. */
export async function measureOursAgain(result: Result, options: EngineOptions): Promise<Result> {
  const { compiled: _, ...others } = result.peakBytes;
  const memory = await withEngines(result, options, (starts) => measureMemory(starts, result, others));
  return { ...result, ...memory };
}

const isOtherWay = (name: string) => OTHER_WAYS.some((way) => way === name);

/** Options of {@linkcode measure}. */
export interface MeasureOptions extends EngineOptions {
  /** Number of rounds of each engine. */
  rounds: number;
  /** Whether to measure peaks of memory too. */
  memory: boolean;
}

/**
 * Runs the engines of a comparison in alternation.
 *
 * @throws {Error} if the engines' losses differ, so that their times cannot be compared.
 */
export function measure(work: Work, options: MeasureOptions): Promise<Result> {
  return withEngines(work, options, async (starts) => {
    const names = Object.keys(starts);
    const { precision, kind } = work;
    const memory = options.memory ? await measureMemory(starts, work) : { peakBytes: {} };
    const sides: Record<string, Side> = {};
    const seconds: Record<string, number[]> = {};
    const losses: Record<string, number[]> = {};
    let firstStepSeconds = 0, turn = 2, versions: Record<string, unknown> = {};
    for (const name of names) {
      sides[name] = starts[name]();
      const hello = await sides[name].hello();
      if (name === "compiled") versions = { ...versions, computedBy: hello.computedBy };
      else if (!isOtherWay(name)) versions = { ...versions, ...hello };
      const warm = await sides[name].run(3);
      if (name === "compiled") firstStepSeconds = warm.seconds[0];
      losses[name] = warm.losses;
      seconds[name] = [];
      // About two seconds per round: short steps need more repetitions.
      turn = Math.max(turn, Math.min(10, Math.round(2 / Math.min(...warm.seconds))));
    }
    const apart = (a: number[], b: number[]) => Math.max(...a.map((loss, i) => Math.abs(loss / b[i] - 1)));
    const difference = apart(losses.compiled, losses.channelsLast);
    // Inference computes the same each time, so that every engine must agree; training differs after the first step.
    const wrong = names.find((name) => kind === "inference" && !(apart(losses[name], losses.channelsLast) <= 5e-2));
    if (wrong) throw new Error(`${work.name}: ${losses[wrong]} in ${wrong}, ${losses.channelsLast} in PyTorch`);
    // At least the difference between PyTorch's two layouts is allowed, as Adam's first steps depend on the signs of
    // gradients.
    const allowed = Math.max(precision === "float32" ? 5e-3 : 5e-2, apart(losses.contiguous, losses.channelsLast));
    if (!(difference <= allowed)) {
      throw new Error(
        `${work.name}: ${losses.compiled} here, ${losses.channelsLast} in PyTorch: the losses differ, so times cannot be compared`,
      );
    }
    const random = new Random(1);
    for (let round = 0; round < options.rounds; round++) {
      // The order is another one in each round, so that no side always follows the same other side.
      for (const i of random.permutation(names.length)) {
        const name = names[i];
        const { seconds: times } = await sides[name].run(turn);
        seconds[name].push(Math.min(...times));
      }
    }
    for (const name of names) await sides[name].end();
    const medians = Object.fromEntries(names.map((name) => [name, median(seconds[name])]));
    const best = medians.contiguous <= medians.channelsLast ? "contiguous" : "channelsLast";
    const others = names.filter((name) => name !== "compiled" && !isOtherWay(name));
    const otherWays = OTHER_WAYS.filter((name) => seconds[name]);
    return {
      ...work,
      speed: pairedRatio(seconds.compiled, seconds[best]),
      rivals: Object.fromEntries(others.map((name) => [name, pairedRatio(seconds.compiled, seconds[name])])),
      fastest: others.reduce((best, name) => medians[name] < medians[best] ? name : best),
      ...Object.fromEntries(otherWays.map((name) => [name, pairedRatio(seconds.compiled, seconds[name])])),
      medianSeconds: medians,
      ...memory,
      firstStepSeconds,
      difference,
      versions,
      date: today(),
      processor: runtimeInfo().processor,
      seconds,
    };
  });
}
