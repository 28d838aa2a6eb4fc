/**
 * Measures a batch normalisation in training with the ReLU after it and all gradients, in machine code of this project and by
 * TensorFlow's op, in float32 and with maps in bfloat16: ten in a row, in turn.
 *
 *     deno run -A bench/batch_norm.ts [--rounds 15]
 *
 * About a minute on 2 cores. Writes results/bench/batch-norm.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "lib/display";
import { projectFolder } from "lib/runs";
import { compile, type CompileOptions, ResourceVariable, tf } from "lib/tensorflow";
import { exitWithoutTeardown } from "lib/tensorflow/ffi/exit_without_teardown.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { median } from "lib/math/mean.ts";
import { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { batchNorm } from "lib/nn/ops/batch_norm.ts";
import { provenance } from "lib/runs/provenance.ts";
import { pairedRatio, type Ratio } from "./statistics.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const IN_A_ROW = 10;

/** An entry of the table of algorithms with which one side computes. */
const entry = (computes: "TensorFlow" | "native") =>
  AlgorithmEntry.parse({
    name: computes.toLowerCase(),
    instructions: "other",
    threads: 1,
    date: "2026-11-28",
    measured: "here",
    batchNorm: computes,
    bfloat16: computes,
    rules: {},
  });
const SIDES = [entry("TensorFlow"), entry("native")];

const PRECISIONS: Record<"float32" | "bfloat16", CompileOptions> = {
  float32: { precision: "float32" },
  bfloat16: { precision: "mixed-bfloat16", halfMaps: true },
};

/** Compiles the normalisations of a map, and their gradients. */
function compileSide(algorithms: AlgorithmEntry, options: CompileOptions, channels: number) {
  const [zeros, ones] = [0, 1].map((value) => new ResourceVariable(tf.fill([channels], value), false));
  const scale = tf.ones([channels]) as tf.Tensor1D;
  const variables = { scale, offset: scale, runningMean: zeros, runningVariance: ones };
  const norm = { training: true, epsilon: 1e-5, momentum: 0.1 };
  const several = (x: tf.Tensor) => {
    let y = x as tf.Tensor4D;
    for (let i = 0; i < IN_A_ROW; i++) y = batchNorm(y, variables, norm, { activation: "relu" });
    return y;
  };
  return compile((x: tf.Tensor) => withAlgorithms({ entry: algorithms }, () => tf.grad(several)(x)), options);
}

interface Measured {
  map: number[];
  precision: string;
  /** Median milliseconds of one. */
  tensorflow: number;
  machineCode: number;
  /** How many times as fast machine code is. */
  speed: Ratio;
}

exitWithoutTeardown();
const measured: Measured[] = [];
for (const map of [[4, 128, 128, 64], [4, 64, 64, 64], [4, 32, 32, 128], [4, 32, 32, 512], [4, 8, 8, 512]]) {
  const x = tf.randomNormal(map, 0, 1, "float32", 1);
  for (const [precision, options] of Object.entries(PRECISIONS)) {
    const steps = SIDES.map((side) => compileSide(side, options, map[3])), times: number[][] = SIDES.map(() => []);
    for (let round = -1; round < Number(values.rounds); round++) {
      for (const [i, step] of steps.entries()) {
        const start = performance.now();
        (await step(x)).dispose();
        // The first round compiles.
        if (round >= 0) times[i].push((performance.now() - start) / IN_A_ROW);
      }
    }
    const [tensorflow, machineCode] = times.map(median);
    measured.push({ map, precision, tensorflow, machineCode, speed: pairedRatio(times[1], times[0]) });
    for (const step of steps) step.dispose();
  }
}

const record = {
  date: new Date().toISOString().slice(0, 10),
  provenance: provenance(),
  what:
    "Milliseconds of a batch normalisation in training with a ReLU and all gradients, ten in a row in alternating rounds",
  measured,
};
const file = join(projectFolder(), "results/bench/batch-norm.json");
await replaceText(file, JSON.stringify(record, null, 1) + "\n");
const rows = measured.map(({ map, precision, tensorflow, machineCode, speed: { ratio, low, high } }) => [
  map.join(" × "),
  precision,
  tensorflow.toFixed(2),
  machineCode.toFixed(2),
  `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
]);
console.log(table(["map", "numbers", "TensorFlow, ms", "machine code, ms", "times as fast"], rows));
