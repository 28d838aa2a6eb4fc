import { OptionError } from "../../io/option_error.ts";
import type { RuntimeInfo } from "../../tensorflow/mod.ts";
import {
  ALGORITHM_ENTRIES,
  type AlgorithmEntry,
  DIRECT,
  EARLIER_AVX2,
  type InstructionSet,
} from "./algorithm_table.ts";

/** The properties of a machine that decide which entry it uses. */
export type AlgorithmMachine = Pick<RuntimeInfo, "device" | "processor" | "threads" | "vectorWidth" | "bfloat16">;

/** The sets whose entries serve a processor, the most similar first. */
const SIMILAR: Record<InstructionSet, readonly InstructionSet[]> = {
  AMX: ["AMX", "AVX-512 with bfloat16", "AVX-512"],
  "AVX-512 with bfloat16": ["AVX-512 with bfloat16", "AVX-512", "AMX"],
  "AVX-512": ["AVX-512", "AVX-512 with bfloat16", "AMX"],
  AVX2: ["AVX2"],
  other: [],
};

/** Returns the instructions of a processor, as far as the table distinguishes them. */
export function instructionSet({ vectorWidth, bfloat16 }: Pick<RuntimeInfo, "vectorWidth" | "bfloat16">) {
  if (vectorWidth === 8) return "AVX2";
  if (vectorWidth < 16) return "other";
  return bfloat16 === "AMX" ? "AMX" : bfloat16 ? "AVX-512 with bfloat16" : "AVX-512";
}

/** Returns the vendor in a processor's name, such as `Intel` in `11th Gen Intel(R) Core(TM) i7`; empty if unknown. */
export function processorVendor(processor: string): string {
  return processor.match(/\b(AMD|Intel)\b/)?.[0] ?? "";
}

/**
 * Chooses the entry for a machine: of the most similar instructions, of the same vendor if there is one, or else of another
 * one, with the nearest number of threads, the newest, of one day the last in the table. The entry that was measured by hand
 * serves if there is no other. A GPU, and a processor without an entry, use direct convolutions.
 *
 * @returns the entry's name
 */
export function chooseEntry(
  machine: AlgorithmMachine,
  entries: readonly AlgorithmEntry[] = ALGORITHM_ENTRIES,
): string {
  if (machine.device !== "CPU") return DIRECT;
  const vendor = processorVendor(machine.processor);
  // Sorting keeps the order of equals: of two entries of a day, the table lists the newer one last.
  const usable = entries.filter(({ name }) => name !== DIRECT).reverse();
  for (const instructions of SIMILAR[instructionSet(machine)]) {
    const alike = usable.filter((entry) => entry.instructions === instructions);
    const measured = alike.filter(({ name }) => name !== EARLIER_AVX2);
    const related = measured.filter((entry) => entry.vendor === vendor);
    const candidates = related.length ? related : measured.length ? measured : alike;
    const distance = ({ threads }: AlgorithmEntry) => Math.abs(Math.log2(threads / machine.threads));
    const [best] = candidates.toSorted((a, b) => distance(a) - distance(b) || b.date.localeCompare(a.date));
    if (best) return best.name;
  }
  return DIRECT;
}

/** Returns whether the table has an entry with this name. */
export function hasEntry(name: string): boolean {
  return ALGORITHM_ENTRIES.some((each) => each.name === name);
}

/**
 * Returns the entry with a name.
 *
 * @throws {OptionError} if there is none.
 */
export function findEntry(name: string): AlgorithmEntry {
  const entry = ALGORITHM_ENTRIES.find((each) => each.name === name);
  if (entry) return entry;
  throw new OptionError(
    `lib/nn/algorithms/algorithm_table.json has no entry "${name}": give ${
      ALGORITHM_ENTRIES.map(({ name }) => name).join(", ")
    }`,
  );
}
