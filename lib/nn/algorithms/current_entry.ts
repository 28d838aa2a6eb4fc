import { runtimeInfo } from "../../tensorflow/mod.ts";
import type { AlgorithmEntry } from "./algorithm_table.ts";
import type { ConvolutionWork } from "./choose_algorithm.ts";
import { chooseEntry, findEntry } from "./choose_entry.ts";

/** The variable that names the entry for new runs, in place of the processor's. */
export const ENTRY_VARIABLE = "CONVOLUTION_ALGORITHMS";

/** The algorithms in use, and whether the convolutions are of a prediction. */
interface Scope {
  entry: AlgorithmEntry;
  inference: boolean;
  /** Called with each convolution for which an algorithm is chosen. */
  observe?: (work: ConvolutionWork) => void;
}

let scope: Scope | undefined;
const chosen = new Map<number, string>();

/**
 * Returns the name of the entry that new work of this process uses. It is chosen once.
 *
 * @param threads threads of the work. Default: those of this process
 * @throws {OptionError} if the variable `CONVOLUTION_ALGORITHMS` names an entry that does not exist.
 */
export function machineEntry(threads = runtimeInfo().threads): string {
  let name = chosen.get(threads);
  if (name === undefined) {
    const given = Deno.env.get(ENTRY_VARIABLE);
    name = given ? findEntry(given).name : chooseEntry({ ...runtimeInfo(), threads });
    chosen.set(threads, name);
  }
  return name;
}

/** Returns the entry that is meant: itself, that of a name, or by default the one of this machine. */
export function meantEntry(entry: string | AlgorithmEntry = machineEntry()): AlgorithmEntry {
  return typeof entry === "string" ? findEntry(entry) : entry;
}

/**
 * Runs `body`, whose convolutions and batch normalisations use the algorithms of an entry. Wrap the body of a compiled step, which is traced once.
 *
 * @param entry name or entry. Default: the one of this machine
 */
export function withAlgorithms<T>(
  { entry, inference = false, observe }: Partial<Omit<Scope, "entry">> & {
    entry?: string | AlgorithmEntry;
  },
  body: () => T,
): T {
  const outer = scope;
  scope = { entry: meantEntry(entry), inference, observe };
  try {
    return body();
  } finally {
    scope = outer;
  }
}

/** Returns the algorithms in use. */
export function currentAlgorithms(): Scope {
  return scope ?? { entry: meantEntry(), inference: false };
}
