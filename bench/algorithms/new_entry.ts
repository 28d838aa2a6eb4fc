import type { RuntimeInfo } from "lib/tensorflow";
import { type AlgorithmEntry, AlgorithmTable, type InstructionSet } from "lib/nn/algorithms/algorithm_table.ts";
import { instructionSet, processorVendor } from "lib/nn/algorithms/choose_entry.ts";
import { replaceText } from "lib/io/replace_file.ts";

/** The properties of a processor that an entry names. */
type Measured = Pick<RuntimeInfo, "processor" | "threads" | "vectorWidth" | "bfloat16">;

/**
 * Returns the name of a new entry and what it holds for. Entries never change: the second of a day ends in `-2`.
 *
 * @param date such as `2026-11-26`
 * @param entries those of the table
 */
export function newEntry(
  info: Measured,
  date: string,
  entries: readonly Pick<AlgorithmEntry, "name">[],
): Pick<AlgorithmEntry, "name" | "instructions" | "vendor" | "threads" | "date"> {
  const instructions = instructionSet(info), vendor = processorVendor(info.processor), { threads } = info;
  const slug = instructions.toLowerCase().replace("avx-512", "avx512").replace(" with bfloat16", "-bf16");
  const stem = [slug, vendor.toLowerCase(), threads, date].filter(Boolean).join("-");
  const isTaken = (name: string) => entries.some((each) => each.name === name);
  let name = stem;
  for (let count = 2; isTaken(name); count++) name = `${stem}-${count}`;
  return { name, instructions, vendor, threads, date };
}

/** Throws for instructions whose entries no machine uses. */
export function refuseUnused(instructions: InstructionSet): void {
  if (instructions !== "other") return;
  throw new Error(
    "--write adds an entry for AVX2 or AVX-512, and this processor has neither, so that nothing would use its entry: " +
      "leave --write out",
  );
}

/**
 * Adds an entry to a table, after the others.
 *
 * @param path the table's file
 */
export async function addToTable(path: string, entry: AlgorithmEntry): Promise<void> {
  const { version, entries } = JSON.parse(await Deno.readTextFile(path));
  const table = AlgorithmTable.parse({ version, entries: [...entries, entry] });
  // Ranges without limits are the default, and so is what TensorFlow and oneDNN compute.
  const limited = (key: string, value: unknown) =>
    JSON.stringify(value) === "[0,null]" || ["batchNorm", "bfloat16"].includes(key) && value === "TensorFlow" ||
      ["kernelGradients", "mixedGradients"].includes(key) && value === "oneDNN"
      ? undefined
      : value;
  await replaceText(path, JSON.stringify(table, limited, 1) + "\n");
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path] }).output();
}
