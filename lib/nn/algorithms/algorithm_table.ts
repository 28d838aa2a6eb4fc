import { z } from "zod";
import table from "./algorithm_table.json" with { type: "json" };

/** What a convolution computes. `inference` and `forward` compute the same; `inference` has no gradient. */
export const CONVOLUTION_KINDS = ["inference", "forward", "inputGradient", "kernelGradient"] as const;
/** What a convolution computes. */
export type ConvolutionKind = (typeof CONVOLUTION_KINDS)[number];

/**
 * Algorithms in addition to oneDNN's direct convolution: Winograd's F(2 × 2, 3 × 3) and F(4 × 4, 3 × 3) in machine code
 * (`tiles2`, `tiles4`) and as ops of TensorFlow (`winograd2`, `winograd4`), and a 1 × 1 convolution as one matrix product.
 */
export const ALGORITHMS = ["tiles2", "tiles4", "winograd2", "winograd4", "product"] as const;
/** The algorithm of a convolution. */
export type ConvolutionAlgorithm = (typeof ALGORITHMS)[number] | "direct";

/** Sets of instructions that a table distinguishes, from the most to the least capable of AVX-512. */
export const INSTRUCTION_SETS = ["AMX", "AVX-512 with bfloat16", "AVX-512", "AVX2", "other"] as const;
/** A set of instructions. */
export type InstructionSet = (typeof INSTRUCTION_SETS)[number];

/** Least and greatest value; `null` for no limit. */
const Range = z.tuple([z.number(), z.number().nullable()]).default([0, null]);

/** Convolutions that an algorithm computes. */
export const AlgorithmRule = z.strictObject({
  algorithm: z.enum(ALGORITHMS),
  /** Numbers of channels of the input and of the output. */
  inChannels: Range,
  outChannels: Range,
  /** Pixels of the map, times the batch. */
  pixels: Range,
  /** Part of the pixels of all tiles that is inside the map, for tiles in machine code. */
  inside: Range,
});
/** Convolutions that an algorithm computes. */
export type AlgorithmRule = z.output<typeof AlgorithmRule>;

const rules = z.array(AlgorithmRule).default([]);

/** Schema of an entry: the algorithms for one kind of processor. */
export const AlgorithmEntry = z.strictObject({
  /** The name that runs record. An entry with this name never changes. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  instructions: z.enum(INSTRUCTION_SETS),
  /** The vendor in the processor's name, such as `AMD`; empty for all. */
  vendor: z.string().default(""),
  threads: z.int().positive(),
  /** Date of the measurement. */
  date: z.iso.date(),
  /** Where and how it was measured. */
  measured: z.string(),
  /** The first rule that fits a convolution decides; without one, the direct convolution runs. */
  rules: z.strictObject({ inference: rules, forward: rules, inputGradient: rules, kernelGradient: rules }),
  /** What computes batch normalisations in trainings: TensorFlow's op, or machine code of this project. */
  batchNorm: z.enum(["TensorFlow", "native"]).default("TensorFlow"),
  /**
   * What computes gradients by kernels that no rule is for: oneDNN; machine code of this project (`native`) for those that oneDNN
   * computes slowly with AVX2; or machine code for all that it can compute (`ordered`). Machine code sums in one order, so
   * that the bits do not depend on the number of threads.
   */
  kernelGradients: z.enum(["oneDNN", "native", "ordered"]).default("oneDNN"),
  /**
   * What chooses the ops of trainings in `mixed` that are in bfloat16: TensorFlow's rewrite, or the trace of this project, which
   * keeps maps in 16 bits and normalises batches in its machine code.
   */
  bfloat16: z.enum(["TensorFlow", "native"]).default("TensorFlow"),
  /**
   * What computes the gradients of convolutions in trainings in `mixed` whose ops TensorFlow's rewrite chooses: oneDNN in bfloat16,
   * or in float32 those of the rules' large tiles (`tiles4`), which need a quarter of the products.
   */
  mixedGradients: z.enum(["oneDNN", "tiles"]).default("oneDNN"),
});
/** The algorithms for one kind of processor. */
export type AlgorithmEntry = z.output<typeof AlgorithmEntry>;

/** Schema of `algorithm_table.json`. */
export const AlgorithmTable = z.strictObject({ version: z.literal(1), entries: z.array(AlgorithmEntry) }).refine(
  ({ entries }) => new Set(entries.map(({ name }) => name)).size === entries.length,
  "two entries have the same name",
);

/** All entries, including those that a later measurement replaced: recorded runs continue with them. */
export const ALGORITHM_ENTRIES: readonly AlgorithmEntry[] = AlgorithmTable.parse(table).entries;

/** The entry that uses no other algorithm than the direct convolution. */
export const DIRECT = "direct";
/** The entry of the runs that were recorded without one, on processors with AVX2. */
export const EARLIER_AVX2 = "avx2-2026-11-24";
