/**
 * Repeats hundreds of times what `deno task test` does a few times: kills, damaged files and stopped cells.
 *
 *     deno task test:stress [--only NAME …] [--share 0.05] [--seed 1] [--to FOLDER]
 *
 * The report is written to results/bench, or to results/stress if `--share` asks for fewer repetitions.
 */
import { OptionError } from "lib/io/option_error.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { nearestWord } from "lib/train/config.ts";
import { fail } from "../../tasks/fail.ts";
import { CHECKS } from "./check.ts";
import { type StressEntry, writeReport } from "./report.ts";
import { runChecks } from "./run_checks.ts";

try {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      share: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      to: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(
      "Usage: deno task test:stress [--only NAME] [--share 0.05] [--seed 1] [--to FOLDER]\n\n" +
        `Names: ${Object.keys(CHECKS).join(", ")}`,
    );
    Deno.exit();
  }
  const names = Object.keys(CHECKS);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(
      `There is no check "${unknown}": did you mean ${nearestWord(unknown, names)}? There are ${names.join(", ")}`,
    );
  }
  const share = Number(values.share), seed = Number(values.seed);
  if (!(share > 0 && share <= 1)) throw new OptionError(`--share is ${values.share}: give a number above 0, up to 1`);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new OptionError(`--seed is ${values.seed}: give an integer of at least 0`);
  }
  const folder = values.to ?? join(projectFolder(), "results", share < 1 ? "stress" : "bench");
  const chosen = Object.entries(CHECKS).filter(([name]) => values.only.length === 0 || values.only.includes(name));
  const show = ({ name, passed, counts, notes }: StressEntry) => {
    const found = Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(", ");
    console.log(`${passed ? "passed" : "MISSED"}  ${name}: ${found}${notes.map((note) => `\n  ${note}`).join("")}`);
  };
  const entries = await runChecks(Object.fromEntries(chosen), {
    share,
    seed,
    onResult: async (entry) => {
      show(entry);
      await writeReport(folder, [entry], names);
    },
  });
  console.log(join(folder, "stress.md"));
  Deno.exit(entries.every(({ passed }) => passed) ? 0 : 1);
} catch (error) {
  fail(error);
}
